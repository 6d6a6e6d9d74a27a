import { assert } from '#domain/assert.ts'
import type { ReserveStock, StockRefusal } from '#domain/stock/commands.ts'
import { stockStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import { contextOf, type Origin } from './context.ts'
import type { ProductTerms, ReadProductTerms } from './product-terms.ts'
import type { StockWriter } from './stock-rules.ts'

// The hot path: every line's hold on its stock stream, in parallel; nothing else is written. The answer carries all that
// place needs later, so nothing has to be looked up then. A crash in between leaves only holds that expire by themselves.

export type LineToReserve = {
  readonly sku: string
  readonly quantity: number
  readonly location?: string | undefined
  /** Minor units; another price refuses the reservation. */
  readonly expectedUnitPrice?: number | undefined
}

export type ReservedLine = {
  readonly line: number
  readonly sku: string
  readonly quantity: number
  readonly location: string
  readonly unitPrice: number
  readonly priceRevision: number
  readonly expiresAt: Instant
}

export type Reserved = {
  readonly outcome: 'reserved'
  readonly reservationId: string
  readonly lines: readonly ReservedLine[]
  readonly currency: string
  /** The earliest of the lines. */
  readonly expiresAt: Instant
  readonly position: bigint
}

export type UnavailableLine = {
  readonly line: number
  readonly sku: string
  readonly location: string
  readonly quantity: number
  readonly available: number
}

export type ReserveRefusal =
  | { readonly code: 'unknown_sku' | 'product_discontinued'; readonly sku: string }
  | { readonly code: 'unknown_location'; readonly location: string }
  | { readonly code: 'price_changed'; readonly sku: string; readonly unitPrice: number; readonly currency: string }
  | { readonly code: 'mixed_currency' }
  | { readonly code: 'out_of_stock'; readonly lines: readonly UnavailableLine[] }
  /** A retry of something that ended, or that asked for something else. */
  | { readonly code: 'reservation_closed' | 'reservation_conflict' }

export type ReservePorts = {
  readonly stock: StockWriter
  readonly productTerms: ReadProductTerms
  /** Where units are, in order of preference. */
  readonly locations: readonly string[]
}

type Line = LineToReserve & { readonly line: number; readonly terms: ProductTerms }
type Group = { readonly sku: string; readonly wish: string | undefined; readonly lines: readonly Line[] }
type Held = Line & { readonly location: string; readonly expiresAt: Instant }
type Refused = Line & { readonly location: string; readonly refusal: StockRefusal }
type GroupOutcome = { readonly held: readonly Held[]; readonly refused: readonly Refused[]; readonly position: bigint }

export const reservationIdOf = (commandId: string): string => derivedId('reservation', commandId)

/** Lines of one sku and wish of location are decided together, on one running fold. */
const groupsOf = (lines: readonly Line[]): readonly Group[] => {
  const groups = Map.groupBy(lines, ({ sku, location }) => `${sku}@${location ?? ''}`)
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ sku: first.sku, wish: first.location, lines: [first, ...others] }],
  )
}

const latest = (positions: readonly bigint[]): bigint =>
  positions.reduce((one, other) => (one > other ? one : other), 0n)

const holdCommand = (
  reservationId: string,
  line: Line,
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

/** Holds each line whole at the first location that has it. */
const holdGroup = async (
  { sku, wish, lines }: Group,
  shared: { readonly reservationId: string; readonly ttlSeconds: number; readonly origin: Origin },
  ports: ReservePorts,
): Promise<GroupOutcome> => {
  const { reservationId, ttlSeconds, origin } = shared
  const candidates = wish === undefined ? ports.locations : [wish]
  const held: Held[] = []
  const positions: bigint[] = []
  const refused = new Map<number, Refused>()
  let open = lines
  for (const [index, location] of candidates.entries()) {
    const final = index === candidates.length - 1
    const commands = open.map((line) => holdCommand(reservationId, line, location, ttlSeconds, final))
    const submitted = await ports.stock.submit(stockStream(sku, location), commands, contextOf(origin, reservationId))
    positions.push(submitted.position)
    const wanting: Line[] = []
    for (const [at, result] of submitted.results.entries()) {
      const line = open[at]
      assert(line !== undefined, 'a result for each line')
      if (result.outcome === 'refused') {
        const refusal = { ...line, location, refusal: result.refusal }
        refused.set(line.line, moreTelling(refused.get(line.line), refusal))
        // Only what is not there is looked for elsewhere: a hold that has ended here must not begin again at another place.
        if (result.refusal.code === 'out_of_stock') wanting.push(line)
      } else {
        refused.delete(line.line)
        if (result.answer.kind === 'held') held.push({ ...line, location, expiresAt: result.answer.firstExpiresAt })
      }
    }
    if (wanting.length === 0) break
    open = wanting
  }
  return { held, refused: [...refused.values()], position: latest(positions) }
}

/** A shopper who cannot have all wants to know how many they can have: those of the location that has the most. */
const moreTelling = (earlier: Refused | undefined, later: Refused): Refused => {
  const before = earlier?.refusal
  const now = later.refusal
  if (earlier === undefined || before?.code !== 'out_of_stock' || now.code !== 'out_of_stock') return later
  return now.available > before.available ? later : earlier
}

/** Lets go of what was held for a reservation that cannot be had whole; what cannot be reached expires by itself. */
const letGo = async (
  reservationId: string,
  held: readonly Held[],
  origin: Origin,
  ports: ReservePorts,
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

const refusalOf = (refused: readonly Refused[]): ReserveRefusal => {
  const lines = refused.flatMap(({ line, sku, location, quantity, refusal }) =>
    refusal.code === 'out_of_stock' ? [{ line, sku, location, quantity, available: refusal.available }] : [],
  )
  if (lines.length > 0) return { code: 'out_of_stock', lines }
  const conflict = refused.some(({ refusal }) => refusal.code === 'reservation_conflict')
  return { code: conflict ? 'reservation_conflict' : 'reservation_closed' }
}

const priceLine = async (
  asked: LineToReserve,
  line: number,
  ports: ReservePorts,
): Promise<Line | Exclude<ReserveRefusal, { readonly code: 'out_of_stock' }>> => {
  const { sku, location, expectedUnitPrice } = asked
  if (location !== undefined && !ports.locations.includes(location)) return { code: 'unknown_location', location }
  const terms = await ports.productTerms(sku)
  if (terms === undefined) return { code: 'unknown_sku', sku }
  if (terms.discontinued) return { code: 'product_discontinued', sku }
  const { unitPrice, currency } = terms
  if (expectedUnitPrice !== undefined && expectedUnitPrice !== unitPrice)
    return { code: 'price_changed', sku, unitPrice, currency }
  return { ...asked, line, terms }
}

/** Holds every line or none. Rejects with `NoAnswer` where the log gives no answer in time. */
export const reserveStock = async (
  request: { readonly lines: readonly LineToReserve[]; readonly ttlSeconds: number },
  origin: Origin,
  ports: ReservePorts,
): Promise<Reserved | ReserveRefusal> => {
  const priced = await Promise.all(request.lines.map((line, index) => priceLine(line, index, ports)))
  const lines = priced.filter((line): line is Line => !('code' in line))
  const wrong = priced.find((line) => 'code' in line)
  if (wrong) return wrong
  const currency = lines[0]?.terms.currency
  if (currency === undefined || lines.some(({ terms }) => terms.currency !== currency))
    return { code: 'mixed_currency' }

  const reservationId = reservationIdOf(origin.commandId)
  const shared = { reservationId, ttlSeconds: request.ttlSeconds, origin }
  const outcomes = await Promise.all(groupsOf(lines).map((group) => holdGroup(group, shared, ports)))
  const held = outcomes.flatMap((outcome) => outcome.held)
  const refused = outcomes.flatMap((outcome) => outcome.refused)
  if (refused.length > 0) {
    await letGo(reservationId, held, origin, ports)
    return refusalOf(refused)
  }
  return {
    outcome: 'reserved',
    reservationId,
    lines: held.map(reservedLine).sort((left, right) => left.line - right.line),
    currency,
    expiresAt: Math.min(...held.map(({ expiresAt }) => expiresAt)),
    position: latest(outcomes.map(({ position }) => position)),
  }
}

const reservedLine = ({ line, sku, quantity, location, expiresAt, terms }: Held): ReservedLine => ({
  line,
  sku,
  quantity,
  location,
  expiresAt,
  unitPrice: terms.unitPrice,
  priceRevision: terms.revision,
})
