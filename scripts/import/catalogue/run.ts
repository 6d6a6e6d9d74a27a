import { productStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import { systemClock } from '#platform/clock.ts'
import { createInFlight } from '../in-flight.ts'
import { createLedger } from '../ledger.ts'
import type { CatalogueMapping, Mapping } from '../mapping.ts'
import { addCounts, type Counts, noCounts, openProgress } from '../progress.ts'
import { readRecords } from '../read-records.ts'
import { actor, type ImportTarget } from '../target.ts'
import { type ProductRecord, productOf } from './product.ts'

const productsInFlightMax = 256
const saveEveryMilliseconds = 2_000

export type CatalogueImport = {
  readonly files: readonly string[]
  readonly mapping: Mapping
  /** Names the import: of the files' bytes, the mapping and the options. */
  readonly hash: string
}

export type CatalogueReport = Counts & {
  readonly products: number
  readonly seconds: number
  readonly alreadyDone: boolean
}

type Found = { readonly latest: ReadonlyMap<string, ProductRecord>; readonly counts: Counts }

/** One record a sku: the latest by its date, else the last. Kept in memory: as many as there are products. */
const readProducts = async (
  files: readonly string[],
  format: Mapping['format'],
  mapping: CatalogueMapping,
  warn: ImportTarget['warn'],
): Promise<Found> => {
  const latest = new Map<string, ProductRecord>()
  let counts = noCounts
  const skip = (skipped: Readonly<Record<string, number>>): void => {
    counts = addCounts(counts, { records: 1, taken: 0, skipped })
  }
  for await (const page of readRecords(files, format))
    for (const entry of page) {
      if ('problem' in entry) {
        warn(`${entry.file}:${entry.line}: ${entry.problem}`)
        skip({ 'line not readable': 1 })
        continue
      }
      const product = productOf(entry.fields, mapping)
      if ('skipped' in product) {
        skip({ [product.skipped]: 1 })
        continue
      }
      const known = latest.get(product.sku)
      const isLatest = known === undefined || known.at === null || product.at === null || product.at >= known.at
      if (isLatest) latest.set(product.sku, product)
      // The record that another took the place of is one that was left out.
      skip(known === undefined ? {} : { 'a later record of the product': 1 })
    }
  return { latest, counts }
}

/** Lists the product, or brings the listed one to what the record says. Answers why not, where it is refused. */
const put = async (world: ImportTarget, product: ProductRecord, hash: string): Promise<string | undefined> => {
  const { sku, description, unitPrice, currency } = product
  const commandId = (step: string): string => derivedId('import-product', hash, sku, step)
  const correlationId = derivedId('import-product', hash, sku)
  const context = {
    correlationId,
    causationId: correlationId,
    actor,
    ...(product.at === null ? {} : { occurredAt: product.at }),
  }
  const stream = productStream(sku)
  const list = { type: 'ListProduct', commandId: commandId('list'), ...description, unitPrice, currency } as const
  const listed = await world.products.submit(stream, [list], context)
  const [first] = listed.results
  if (first?.outcome === 'accepted') return undefined
  if (first?.refusal.code !== 'already_listed') return first?.refusal.code
  const { results } = await world.products.submit(
    stream,
    [
      { type: 'DescribeProduct', commandId: commandId('describe'), change: description },
      { type: 'PriceProduct', commandId: commandId('price'), unitPrice, currency },
    ],
    context,
    { atomic: true },
  )
  const [changed] = results
  return changed?.outcome === 'refused' ? changed.refusal.code : undefined
}

/** Imports products: new ones are listed, known ones brought up to date; what is the same already is left as it is. */
export const importCatalogue = async (world: ImportTarget, options: CatalogueImport): Promise<CatalogueReport> => {
  const { files, mapping, hash } = options
  if (mapping.catalogue === undefined) throw new Error(`The mapping ${mapping.name} has no part for a catalogue.`)
  const progress = await openProgress(world, hash)
  if (progress.before.done) return { ...progress.before, products: 0, seconds: 0, alreadyDone: true }
  const startedAt = systemClock.monotonic()
  const { latest, counts } = await readProducts(files, mapping.format, mapping.catalogue, world.warn)
  // Progress counts products here: one stands for all of its records.
  const ledger = createLedger(progress.before)
  const inFlight = createInFlight(productsInFlightMax)
  const meter = world.meter('Products', 'products', latest.size, progress.before.records)
  let savedAt = systemClock.monotonic()
  for (const product of [...latest.values()].slice(progress.before.records)) {
    const { close } = ledger.open()
    await inFlight.start(1, async () => {
      const refusal = await put(world, product, hash)
      close({
        records: 1,
        taken: refusal === undefined ? 1 : 0,
        skipped: refusal === undefined ? {} : { [refusal]: 1 },
      })
    })
    meter.update(ledger.settled().records)
    if (systemClock.monotonic() - savedAt < saveEveryMilliseconds) continue
    await progress.save(ledger.settled(), false)
    savedAt = systemClock.monotonic()
  }
  await inFlight.finished()
  meter.end(ledger.settled().records)
  const settled = ledger.settled()
  const total = { ...addCounts(counts, { ...settled, records: 0 }), records: counts.records }
  await progress.save(total, true)
  const seconds = (systemClock.monotonic() - startedAt) / 1_000
  return { ...total, products: settled.taken, seconds, alreadyDone: false }
}
