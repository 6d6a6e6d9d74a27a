import type { Contender, Suite, SuiteSettings } from '../measuring/contender.ts'
import { measureGroup } from '../measuring/measure-group.ts'
import { printCpu } from '../measuring/process-cpu.ts'
import type { GroupResult } from '../reporting/results.ts'
import { openBareCheckout } from './bare/shop.ts'
import type { CheckoutFlow } from './buyer.ts'
import { printBreakdown } from './call-breakdown.ts'
import { checkoutRound, type TimeSpent } from './round.ts'
import { type CheckoutShop, openHoldfastCheckout } from './shop.ts'

// From the reservation to the confirmed order over HTTP, on a whole stack on this machine, with payment simulator, read models
// and checkout workers. Below each table: what the API waited for, and the CPU time of each process until the read models had
// caught up. The ceiling makes the same calls and appends with the same libraries; it decides nothing and has no read
// models. The platform is idle while the ceiling is measured.

const clients = 100
/** A few thousand orders pass before the code is fully optimized. */
const warmUpRounds = 2
/** Rounds are longer than in other suites: an order is many requests and takes a quarter of a second. */
const lengthFactor = 3
/** What a call to the payment provider takes: nothing, and what a real provider takes on a good day. */
const paymentLatencies = [0, 30]

const flows: ReadonlyArray<{ readonly flow: CheckoutFlow; readonly design: string }> = [
  { flow: 'inline', design: 'reserve, place and pay in one call' },
  { flow: 'apart', design: 'reserve, place, pay' },
  { flow: 'manual', design: 'reserve, place, pay, confirm' },
]

const ceilingDesign = 'ceiling: the same calls and appends, nothing decided'

const about = [
  'Each client buys one unit at a time; a rate counts confirmed orders, and latency is from the reservation to the confirmed order.',
  'The last row, the ceiling, answers the two calls of the first row with the same appends and payments, but decides nothing and has no read models.',
  'Below the table, for the last round of each design: the routes and ports that the API called, and the CPU time of each process.',
]

const measureLatency = async (paymentLatencyMilliseconds: number, settings: SuiteSettings): Promise<GroupResult> => {
  const { seconds, profileDir } = settings
  const load = { clients, paymentLatencyMilliseconds }
  const shop = await openHoldfastCheckout(load, profileDir)
  /** Of the last round of each design. */
  const timesSpent = new Map<string, TimeSpent>()
  const contenderOf = (design: string, flow: CheckoutFlow, open: () => Promise<CheckoutShop>): Contender => ({
    design,
    durability: 'event log synced',
    start: async () => {
      const { close, ...opened } = await open()
      const milliseconds = seconds * lengthFactor * 1_000
      const onTimeSpent = (spent: TimeSpent): void => void timesSpent.set(design, spent)
      return { runRound: () => checkoutRound(opened, { flow, clients, milliseconds, onTimeSpent }), close }
    },
  })
  // All flows share the stack; a round counts only what it added.
  const sharedShop = async (): Promise<CheckoutShop> => ({ ...shop, close: async () => {} })
  const contenders = [
    ...flows.map(({ flow, design }) => contenderOf(design, flow, sharedShop)),
    contenderOf(ceilingDesign, 'inline', () => openBareCheckout(load)),
  ]
  try {
    const title = `Checkout over HTTP, ${clients} clients, payment provider takes ${paymentLatencyMilliseconds} ms per call`
    const result = await measureGroup({ title, about, unit: 'orders', contenders, warmUpRounds })
    for (const [design, { calls, cpu }] of timesSpent) {
      printBreakdown(`${design}, ${paymentLatencyMilliseconds} ms`, calls)
      printCpu(`${design}, ${paymentLatencyMilliseconds} ms`, cpu)
    }
    return result
  } finally {
    await shop.close()
  }
}

export const checkoutSuite: Suite = async (settings) => {
  const results: GroupResult[] = []
  for (const latency of paymentLatencies) results.push(await measureLatency(latency, settings))
  return results
}
