import { measureMiddle } from '../load/load.ts'
import type { Round } from '../measuring/contender.ts'
import { cpuByPart, cpuPerOrder } from '../measuring/process-cpu.ts'
import type { CheckoutFlow } from './buyer.ts'
import { breakdownOf, type CallBreakdown } from './call-breakdown.ts'
import type { CheckoutRecords } from './records.ts'
import type { CheckoutShop } from './shop.ts'

/** How long the clients buy before the measured time begins. */
const leadMilliseconds = 1_500

/** Where the time of a round's orders went: what the API waited for, and the CPU time of each process. */
export type TimeSpent = { readonly calls: readonly CallBreakdown[]; readonly cpu: ReadonlyMap<string, number> }

export type CheckoutRoundOptions = {
  readonly flow: CheckoutFlow
  readonly clients: number
  readonly milliseconds: number
  readonly onTimeSpent: (spent: TimeSpent) => void
}

/** Compares the records of a round with the number of orders that were confirmed in it. */
const checkRecords = (confirmed: number, before: CheckoutRecords, after: CheckoutRecords) => {
  const charged = after.paidOnce - before.paidOnce
  const committed = after.committed - before.committed
  const { oversold, paidWrongly } = after
  const counts = `confirmed ${confirmed}, charged once ${charged}, committed ${committed}, oversold ${oversold}`
  const isRight = charged === confirmed && committed === confirmed && oversold === 0 && paidWrongly === 0
  return { counts, broken: isRight ? [] : [`${counts}, charged wrongly ${paidWrongly}`] }
}

export const checkoutRound = async (
  shop: Omit<CheckoutShop, 'close'>,
  { flow, clients, milliseconds, onTimeSpent }: CheckoutRoundOptions,
): Promise<Round> => {
  const recordsBefore = await shop.readRecords()
  const callsBefore = await shop.callTotals()
  const cpuBefore = cpuByPart()
  const buyUnit = shop.createBuyer(flow)
  const timings = await measureMiddle({ clients, leadMilliseconds, milliseconds }, (request, shopper) =>
    buyUnit(shop.skus[request % shop.skus.length] ?? '', shopper),
  )
  const confirmed = timings.answers
  const calls = breakdownOf(callsBefore, await shop.callTotals(), confirmed)
  const settled = await shop.settle()
  const cpu = cpuPerOrder(cpuBefore, cpuByPart(), confirmed)
  onTimeSpent({ calls, cpu })
  const cpuMilliseconds = [...cpu.values()].reduce((sum, one) => sum + one, 0)
  const { counts, broken } = checkRecords(confirmed, recordsBefore, await shop.readRecords())
  return {
    done: timings.latencies.length,
    milliseconds: timings.milliseconds,
    latencies: timings.latencies,
    checked: `${counts}; CPU ${cpuMilliseconds.toFixed(1)} ms per order, ${settled}`,
    broken,
  }
}
