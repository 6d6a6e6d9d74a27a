import { timedAmid } from '../load.ts'
import { cpuByPart, cpuPerOrder, printCpu } from '../process-cpu.ts'
import type { GroupReport } from '../report.ts'
import { type Contender, type Round, runGroup, type Settings } from '../run.ts'
import { openBareShop } from './bare/shop.ts'
import { breakdownOf, type Part, printBreakdown } from './breakdown.ts'
import type { Form } from './buyer.ts'
import { type CheckoutShop, openCheckoutShop } from './shop.ts'

// From reserving to a confirmed order over HTTP, on a whole stack on this machine: payment simulator, read models and
// checkout workers running. A row says how many orders were confirmed; what follows it, where their time went: what the API
// waited for, and what each process worked, until the read models had caught up. The last row is the ceiling: the same calls
// and appends, over the same libraries, with nothing decided and nothing that follows; the platform is at rest beside it.

const clients = 100
/** Some thousand orders pass before what they run through is compiled as well as it will be. */
const warmUps = 2
/** Rounds are so much longer than elsewhere: an order is many requests, and takes a quarter of a second. */
const lengthFactor = 3
/** Shopping goes on so long before it is timed. */
const leadMilliseconds = 1_500
/** What the provider takes for a call: nothing, and what a real one takes on a good day. */
const latencies = [0, 30]

const forms: ReadonlyArray<{ readonly form: Form; readonly design: string }> = [
  { form: 'inline', design: 'reserve, place and pay in one' },
  { form: 'apart', design: 'reserve, place, pay' },
  { form: 'manual', design: 'reserve, place, pay, confirm' },
]

const ceiling = 'ceiling: the same calls and appends, bare'

type Explained = { readonly parts: readonly Part[]; readonly cpu: ReadonlyMap<string, number> }

const round = async (
  shop: Omit<CheckoutShop, 'close'>,
  form: Form,
  milliseconds: number,
  explain: (explained: Explained) => void,
) => {
  const before = await shop.books()
  const figuresBefore = await shop.figures()
  const cpuBefore = cpuByPart()
  const buy = shop.buyer(form)
  const timings = await timedAmid({ clients, leadMilliseconds, milliseconds }, (request, shopper) =>
    buy(shop.skus[request % shop.skus.length] ?? '', shopper),
  )
  const confirmed = timings.answers
  const parts = breakdownOf(figuresBefore, await shop.figures(), confirmed)
  const settled = await shop.settle()
  const cpu = cpuPerOrder(cpuBefore, cpuByPart(), confirmed)
  explain({ parts, cpu })
  const used = [...cpu.values()].reduce((sum, one) => sum + one, 0)
  const after = await shop.books()
  const charged = after.paidOnce - before.paidOnce
  const committed = after.committed - before.committed
  const { oversold, paidWrongly } = after
  const counts = `confirmed ${confirmed}, charged once ${charged}, committed ${committed}, oversold ${oversold}`
  const isRight = charged === confirmed && committed === confirmed && oversold === 0 && paidWrongly === 0
  return {
    done: timings.latencies.length,
    milliseconds: timings.milliseconds,
    latencies: timings.latencies,
    checked: `${counts}; CPU ${used.toFixed(1)} ms an order, ${settled}`,
    broken: isRight ? [] : [`${counts}, charged wrongly ${paidWrongly}`],
  } satisfies Round
}

const groupOf = async (latency: number, settings: Settings): Promise<GroupReport> => {
  const { seconds, profileDir } = settings
  const shop = await openCheckoutShop({ clients, paymentLatencyMilliseconds: latency, profileDir })
  /** Of the last round of each design. */
  const explained = new Map<string, Explained>()
  const contenderOf = (design: string, form: Form, open: () => Promise<CheckoutShop>): Contender => ({
    design,
    durability: 'log synced',
    open: async () => {
      const { close, ...opened } = await open()
      const milliseconds = seconds * lengthFactor * 1_000
      return { round: () => round(opened, form, milliseconds, (found) => explained.set(design, found)), close }
    },
  })
  // The stack is shared by all forms: each round counts what it added.
  const shared = async (): Promise<CheckoutShop> => ({ ...shop, close: async () => {} })
  const contenders = [
    ...forms.map(({ form, design }) => contenderOf(design, form, shared)),
    contenderOf(ceiling, 'inline', () => openBareShop({ clients, paymentLatencyMilliseconds: latency })),
  ]
  try {
    const title = `Checkout over HTTP, ${clients} clients, the provider takes ${latency} ms a call`
    const report = await runGroup({ title, unit: 'orders', contenders, warmUps })
    for (const [design, { parts, cpu }] of explained) {
      printBreakdown(`${design}, ${latency} ms`, parts)
      printCpu(`${design}, ${latency} ms`, cpu)
    }
    return report
  } finally {
    await shop.close()
  }
}

export const checkoutSuite = async (settings: Settings): Promise<readonly GroupReport[]> => {
  const reports: GroupReport[] = []
  for (const latency of latencies) reports.push(await groupOf(latency, settings))
  return reports
}
