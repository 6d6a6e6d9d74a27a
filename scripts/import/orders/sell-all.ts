import { systemClock } from '#platform/clock.ts'
import { createInFlight } from '../in-flight.ts'
import { createLedger } from '../ledger.ts'
import { addCounts, type Counts, noCounts, type Progress } from '../progress.ts'
import type { ImportTarget } from '../target.ts'
import { type Group, type ReadGroups, readGroups } from './groups.ts'
import type { InvoiceLine } from './invoice.ts'
import type { CancellationLine } from './line.ts'
import { type SaleTerms, sellInvoice } from './sell.ts'
import type { StockPlan } from './stock-plan.ts'

/**
 * Invoices are begun together, so that the lines of one sku share an append; a batch is prepared while the one before it
 * is written. More would share still better, but a slow disk must write what is under way before the log gives an append
 * up, after 10 s. What is in flight is what a resumed run looks at again.
 */
const batchLines = 3_000
const batchesInFlightMax = 2
const saveEveryMilliseconds = 2_000

export type Sales = {
  readonly counts: Counts
  readonly cancellations: readonly CancellationLine[]
  readonly orders: number
  readonly lines: number
}

const shortOf = (dropped: readonly InvoiceLine[]): number => dropped.reduce((sum, { records }) => sum + records, 0)

/** Sells every invoice that has no order yet, and saves how far it is now and then. */
export const sellAll = async (
  world: ImportTarget,
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
