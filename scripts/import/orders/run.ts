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

/**
 * Invoices are begun together, so that the lines of one sku share an append; a batch is prepared while the one before it
 * is written. What is in flight is what a resumed run looks at again.
 */
const batchLines = 6_000
const batchesInFlightMax = 2
const returnsInFlightMax = 128
const lookupsInFlightMax = 20
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
  /** The parts of `seconds`, in their order. */
  readonly phases: ReadonlyArray<{ readonly phase: string; readonly seconds: number }>
  readonly alreadyDone: boolean
}

const nothing = { orders: 0, lines: 0, returned: 0, returnedPartly: 0, cancellations: 0, seconds: 0, phases: [] }

/** Runs phases one after the other and notes how long each took. */
const createStopwatch = () => {
  const phases: Array<OrdersReport['phases'][number]> = []
  const run = async <Result>(phase: string, work: () => Promise<Result>): Promise<Result> => {
    const startedAt = systemClock.monotonic()
    const result = await work()
    phases.push({ phase, seconds: (systemClock.monotonic() - startedAt) / 1_000 })
    return result
  }
  const seconds = (): number => phases.reduce((sum, phase) => sum + phase.seconds, 0)
  return { run, phases, seconds }
}

/** Imports past orders. Asked again it adds nothing; broken off, it goes on where it was. */
export const importOrders = async (world: World, options: OrdersImport): Promise<OrdersReport> => {
  const { files, mapping, hash, policy } = options
  if (mapping.orders === undefined) throw new Error(`The mapping ${mapping.name} has no part for orders.`)
  const progress = await openProgress(world, hash)
  if (progress.before.done) return { ...progress.before, ...nothing, alreadyDone: true }
  const { run, phases, seconds } = createStopwatch()
  const source: ReadGroups = { files, format: mapping.format, mapping: mapping.orders, onProblem: world.warn }
  const { currency } = mapping.orders.price
  const { name } = mapping
  const plan = await run('planning', () => planStock(world, source, { mapping: name, done: progress.before.records }))
  const earlier = await run('receiving stock', () => receiveStock(world, plan, { hash, policy }))
  const terms = { mapping: name, currency, earlier }
  const sales = await run('selling', () => sellAll(world, source, { plan, progress, terms }))
  const returns = await run('taking back', () => takeBackAll(world, sales.cancellations, name))
  const counts = addCounts(sales.counts, returns.counts)
  await progress.save(counts, true)
  const { orders, lines } = sales
  return { ...counts, ...returns.report, orders, lines, seconds: seconds(), phases, alreadyDone: false }
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
  const inFlight = createInFlight(batchesInFlightMax)
  const meter = world.meter('Orders', 'records', plan.records, before.records)
  const cancellations: CancellationLine[] = []
  let savedAt = systemClock.monotonic()
  let records = 0
  let orders = 0
  let lines = 0
  let batch: Array<() => Promise<void>> = []
  let inBatch = 0

  const take = ({ invoice, counts }: Group): void => {
    const { close } = ledger.open()
    if (invoice === undefined) return close(counts)
    const skipped = (reason: string, number: number): Counts =>
      addCounts({ ...counts, taken: counts.taken - number }, { ...noCounts, skipped: { [reason]: number } })
    if (plan.existing.has(invoice.invoice)) return close(skipped('order exists', counts.taken))
    inBatch += invoice.lines.length
    batch.push(async () => {
      const sold = await sellInvoice(world, invoice, terms)
      if (sold.lines.length > 0) orders += 1
      lines += sold.lines.length
      const short = shortOf(sold.dropped)
      close(short === 0 ? counts : skipped('out of stock', short))
      meter.update(ledger.settled().records)
    })
  }

  const begin = async (): Promise<void> => {
    const sales = batch
    batch = []
    inBatch = 0
    await inFlight.start(1, async () => void (await Promise.all(sales.map((sell) => sell()))))
  }

  for await (const group of readGroups({ ...source, onProblem: () => {} })) {
    records += group.counts.records
    cancellations.push(...group.cancellations)
    if (records <= before.records) continue
    take(group)
    if (inBatch >= batchLines) await begin()
    if (systemClock.monotonic() - savedAt < saveEveryMilliseconds) continue
    await progress.save(ledger.settled(), false)
    savedAt = systemClock.monotonic()
  }
  await begin()
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
  const lookups = createInFlight(lookupsInFlightMax)
  for (const email of new Set(lines.map((line) => line.email)))
    await lookups.start(1, async () => {
      customers.set(email, (await world.vault.customerIdOf(email)) ?? null)
    })
  await lookups.finished()
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
