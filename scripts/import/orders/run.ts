import { systemClock } from '#platform/clock.ts'
import { createInFlight } from '../in-flight.ts'
import { createLedger } from '../ledger.ts'
import type { Mapping } from '../mapping.ts'
import { addCounts, type Counts, noCounts, openProgress, type Progress } from '../progress.ts'
import type { World } from '../world.ts'
import { type Group, type ReadGroups, readGroups } from './groups.ts'
import type { InvoiceLine } from './invoice.ts'
import type { CancellationLine } from './line.ts'
import { type Cancellation, matchCancellations } from './match.ts'
import { readPurchases } from './purchases.ts'
import { type SaleTerms, sellInvoice } from './sell.ts'
import { planStock, receiveStock, type StockPlan, type StockPolicy } from './stock-plan.ts'
import { takeBack } from './take-back.ts'

// All purchases first, in the order of the files, then all cancellations in order of date: a cancellation may come before
// its purchase in the files, and its purchase may be of an earlier run.

/** Enough lines at once that streams get several in one append; what is in flight is what a resumed run looks at again. */
const linesInFlightMax = 12_000
const returnsInFlightMax = 128
const saveEveryMilliseconds = 2_000

export type OrdersImport = {
  readonly files: readonly string[]
  readonly mapping: Mapping
  /** Names the import: of the files' bytes, the mapping and the options. */
  readonly hash: string
  readonly policy: StockPolicy
}

export type OrdersReport = Counts & {
  readonly orders: number
  readonly lines: number
  /** Cancelled lines that took something back, and those of them that found only a part of their units. */
  readonly returned: number
  readonly returnedPartly: number
  readonly cancellations: number
  readonly seconds: number
  readonly alreadyDone: boolean
}

const nothing = { orders: 0, lines: 0, returned: 0, returnedPartly: 0, cancellations: 0, seconds: 0 }

/** Imports past orders. Asked again it adds nothing; broken off, it goes on where it was. */
export const importOrders = async (world: World, options: OrdersImport): Promise<OrdersReport> => {
  const { files, mapping, hash, policy } = options
  if (mapping.orders === undefined) throw new Error(`The mapping ${mapping.name} has no part for orders.`)
  const progress = await openProgress(world, hash)
  if (progress.before.done) return { ...progress.before, ...nothing, alreadyDone: true }
  const startedAt = systemClock.monotonic()
  const source: ReadGroups = { files, format: mapping.format, mapping: mapping.orders, onProblem: world.warn }
  const plan = await planStock(world, source, { mapping: mapping.name, done: progress.before.records })
  const earlier = await receiveStock(world, plan, { hash, policy })
  const { currency } = mapping.orders.price
  const sales = await sellAll(world, source, { plan, progress, terms: { mapping: mapping.name, currency, earlier } })
  const returns = await takeBackAll(world, sales.cancellations, mapping.name)
  const counts = addCounts(sales.counts, returns.counts)
  await progress.save(counts, true)
  const { orders, lines } = sales
  const seconds = (systemClock.monotonic() - startedAt) / 1_000
  return { ...counts, ...returns.report, orders, lines, seconds, alreadyDone: false }
}

type Sales = {
  readonly counts: Counts
  readonly cancellations: readonly CancellationLine[]
  readonly orders: number
  readonly lines: number
}

const shortOf = (dropped: readonly InvoiceLine[]): number => dropped.reduce((sum, { records }) => sum + records, 0)

const sellAll = async (
  world: World,
  source: ReadGroups,
  { plan, progress, terms }: { readonly plan: StockPlan; readonly progress: Progress; readonly terms: SaleTerms },
): Promise<Sales> => {
  const { before } = progress
  const ledger = createLedger(before)
  const inFlight = createInFlight(linesInFlightMax)
  const meter = world.meter('Orders', 'records', plan.records, before.records)
  const cancellations: CancellationLine[] = []
  let savedAt = systemClock.monotonic()
  let records = 0
  let orders = 0
  let lines = 0

  const take = async (group: Group): Promise<void> => {
    const { invoice, counts } = group
    const { close } = ledger.open()
    if (invoice === undefined) return close(counts)
    const skipped = (reason: string, number: number): Counts =>
      addCounts({ ...counts, taken: counts.taken - number }, { ...noCounts, skipped: { [reason]: number } })
    if (plan.existing.has(invoice.invoice)) return close(skipped('order exists', counts.taken))
    await inFlight.start(invoice.lines.length, async () => {
      const sold = await sellInvoice(world, invoice, terms)
      if (sold.lines.length > 0) orders += 1
      lines += sold.lines.length
      const short = shortOf(sold.dropped)
      close(short === 0 ? counts : skipped('out of stock', short))
    })
  }

  for await (const group of readGroups({ ...source, onProblem: () => {} })) {
    records += group.counts.records
    cancellations.push(...group.cancellations)
    if (records <= before.records) continue
    await take(group)
    meter.update(ledger.settled().records)
    if (systemClock.monotonic() - savedAt < saveEveryMilliseconds) continue
    await progress.save(ledger.settled(), false)
    savedAt = systemClock.monotonic()
  }
  await inFlight.finished()
  meter.end(ledger.settled().records)
  return { counts: ledger.settled(), cancellations, orders, lines }
}

type Returns = {
  readonly counts: Counts
  readonly report: Pick<OrdersReport, 'returned' | 'returnedPartly' | 'cancellations'>
}

/** Cancellations with their customers, and with a number for each that stands on the same invoice for the same sku. */
const identify = async (world: World, lines: readonly CancellationLine[]): Promise<readonly Cancellation[]> => {
  const customers = new Map<string, string | null>()
  for (const email of new Set(lines.map((line) => line.email)))
    customers.set(email, (await world.vault.customerIdOf(email)) ?? null)
  const seen = new Map<string, number>()
  return lines.map(({ invoice, sku, quantity, at, email }) => {
    const occurrence = seen.get(`${invoice} ${sku}`) ?? 0
    seen.set(`${invoice} ${sku}`, occurrence + 1)
    return { invoice, sku, quantity, at, customerId: customers.get(email) ?? null, occurrence }
  })
}

const takeBackAll = async (world: World, lines: readonly CancellationLine[], mapping: string): Promise<Returns> => {
  const cancellations = await identify(world, lines)
  const customers = new Set(cancellations.flatMap(({ customerId }) => customerId ?? []))
  const purchases = await readPurchases(world, mapping, customers)
  const { matches, unmatched, partly, whole } = matchCancellations(cancellations, purchases, mapping)
  const inFlight = createInFlight(returnsInFlightMax)
  const meter = world.meter('Returns', 'lines', matches.length)
  let done = 0
  for (const ofOrder of Map.groupBy(matches, ({ orderId }) => orderId).values())
    await inFlight.start(1, async () => {
      // One after the other: each knows what of its order came back before.
      for (const match of ofOrder) {
        const refusal = await takeBack(world, match)
        if (refusal !== undefined) world.warn(`invoice ${match.cancellation.invoice}: not taken back: ${refusal}`)
        done += 1
        meter.update(done)
      }
    })
  await inFlight.finished()
  meter.end(done)
  const skipped = unmatched === 0 ? {} : { 'cancellation without a purchase': unmatched }
  return {
    counts: { records: 0, taken: whole + partly, skipped },
    report: { returned: whole + partly, returnedPartly: partly, cancellations: cancellations.length },
  }
}
