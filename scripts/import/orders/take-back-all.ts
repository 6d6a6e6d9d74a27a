import { createInFlight } from '../in-flight.ts'
import type { Counts } from '../progress.ts'
import type { ImportTarget } from '../target.ts'
import type { CancellationLine } from './line.ts'
import { type Cancellation, matchCancellations } from './match.ts'
import { readPurchases } from './purchases.ts'
import { takeBack } from './take-back.ts'

const returnsInFlightMax = 128
const lookupsInFlightMax = 20

export type Returns = {
  readonly counts: Counts
  readonly report: { readonly returned: number; readonly returnedPartly: number; readonly cancellations: number }
}

/** Cancellations with their customers, and with a number for each that stands on the same invoice for the same sku. */
const identify = async (world: ImportTarget, lines: readonly CancellationLine[]): Promise<readonly Cancellation[]> => {
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

/** Takes back what the cancellations match, each order's one after the other. */
export const takeBackAll = async (
  world: ImportTarget,
  lines: readonly CancellationLine[],
  mapping: string,
): Promise<Returns> => {
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
