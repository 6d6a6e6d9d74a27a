import { assert } from '#domain/assert.ts'
import type { ReserveStock, StockRefusal } from '#domain/stock/commands.ts'
import { stockStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import { contextOf, type Origin } from './context.ts'
import type { ProductTerms } from './product-terms.ts'
import type { StockWriter } from './stock-stream.ts'

// The holds of one reservation. Lines of one sku are decided together; each is held completely at the first location with
// enough.

export type LineToReserve = {
  readonly sku: string
  readonly quantity: number
  readonly location?: string | undefined
  /** In minor units. The reservation is refused if the price differs. */
  readonly expectedUnitPrice?: number | undefined
}

export type HoldPorts = {
  readonly stock: StockWriter
  /** The locations, in order of preference. */
  readonly locations: readonly string[]
}

export type PricedLine = LineToReserve & { readonly line: number; readonly terms: ProductTerms }
type Group = {
  readonly sku: string
  readonly wantedLocation: string | undefined
  readonly lines: readonly PricedLine[]
}
export type HeldLine = PricedLine & { readonly location: string; readonly expiresAt: Instant }
export type RefusedLine = PricedLine & { readonly location: string; readonly refusal: StockRefusal }
type GroupOutcome = {
  readonly held: readonly HeldLine[]
  readonly refused: readonly RefusedLine[]
  readonly position: bigint
}

/** Groups lines with the same sku and the same wanted location: they are decided together, on one running fold. */
export const groupsOf = (lines: readonly PricedLine[]): readonly Group[] => {
  const groups = Map.groupBy(lines, ({ sku, location }) => `${sku}@${location ?? ''}`)
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ sku: first.sku, wantedLocation: first.location, lines: [first, ...others] }],
  )
}

/** The highest position: a reader that has reached it sees all of them. */
export const latest = (positions: readonly bigint[]): bigint =>
  positions.reduce((one, other) => (one > other ? one : other), 0n)

const holdCommand = (
  reservationId: string,
  line: PricedLine,
  location: string,
  ttlSeconds: number,
  final: boolean,
): ReserveStock => ({
  type: 'ReserveStock',
  commandId: derivedId('reserve', reservationId, line.line, location),
  reservationId,
  line: line.line,
  quantity: line.quantity,
  ttlSeconds,
  final,
})

/** Holds each line completely at the first location that has enough. */
export const holdGroup = async (
  { sku, wantedLocation, lines }: Group,
  shared: { readonly reservationId: string; readonly ttlSeconds: number; readonly origin: Origin },
  ports: HoldPorts,
): Promise<GroupOutcome> => {
  const { reservationId, ttlSeconds, origin } = shared
  const candidates = wantedLocation === undefined ? ports.locations : [wantedLocation]
  const held: HeldLine[] = []
  const positions: bigint[] = []
  const refused = new Map<number, RefusedLine>()
  let open = lines
  for (const [index, location] of candidates.entries()) {
    const final = index === candidates.length - 1
    const commands = open.map((line) => holdCommand(reservationId, line, location, ttlSeconds, final))
    const submitted = await ports.stock.submit(stockStream(sku, location), commands, contextOf(origin, reservationId))
    positions.push(submitted.position)
    const withoutStock: PricedLine[] = []
    for (const [at, result] of submitted.results.entries()) {
      const line = open[at]
      assert(line !== undefined, 'a result for each line')
      if (result.outcome === 'refused') {
        const refusal = { ...line, location, refusal: result.refusal }
        refused.set(line.line, withMoreAvailable(refused.get(line.line), refusal))
        // Only lines without stock try the next location: a hold that has ended here must not start again elsewhere.
        if (result.refusal.code === 'out_of_stock') withoutStock.push(line)
      } else {
        refused.delete(line.line)
        if (result.answer.kind === 'held') held.push({ ...line, location, expiresAt: result.answer.firstExpiresAt })
      }
    }
    if (withoutStock.length === 0) break
    open = withoutStock
  }
  return { held, refused: [...refused.values()], position: latest(positions) }
}

/** Of two refusals, the one that helps the shopper more: that of the location with more available units. */
const withMoreAvailable = (earlier: RefusedLine | undefined, later: RefusedLine): RefusedLine => {
  const before = earlier?.refusal
  const now = later.refusal
  if (earlier === undefined || before?.code !== 'out_of_stock' || now.code !== 'out_of_stock') return later
  return now.available > before.available ? later : earlier
}

/**
 * Releases the holds of a reservation that could not hold all lines. A hold whose stream does not answer expires by itself.
 */
export const releaseHeldLines = async (
  reservationId: string,
  held: readonly HeldLine[],
  origin: Origin,
  ports: HoldPorts,
): Promise<void> => {
  await Promise.allSettled(
    held.map(({ sku, location, line, expiresAt }) =>
      ports.stock.submit(
        stockStream(sku, location),
        [
          {
            type: 'ReleaseHold',
            commandId: derivedId('release', reservationId, line, location),
            reservationId,
            line,
            firstExpiresAt: expiresAt,
            cause: null,
          },
        ],
        contextOf(origin, reservationId),
      ),
    ),
  )
}
