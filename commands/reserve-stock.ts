import { derivedId } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { Origin } from './context.ts'
import {
  groupsOf,
  type HeldLine,
  type HoldPorts,
  holdGroup,
  type LineToReserve,
  latest,
  type PricedLine,
  type RefusedLine,
  releaseHeldLines,
} from './hold-lines.ts'
import type { ReadProductTerms } from './product-terms.ts'

// The hot path: the hold of every line on its stock stream, in parallel; nothing else is appended. The answer has
// everything that placing the order needs later. A crash in between leaves only holds, which expire by themselves.

/** How long a reservation holds its stock if the shopper does not say, and the longest that a shopper may ask for. */
export const holdSecondsDefault = 900
export const holdSecondsMax = 3_600

export type ReservedLine = {
  readonly line: number
  readonly sku: string
  readonly quantity: number
  readonly location: string
  readonly unitPrice: number
  readonly priceRevision: number
  readonly expiresAt: Instant
}

export type ReserveStockAnswer = {
  readonly outcome: 'reserved'
  readonly reservationId: string
  readonly lines: readonly ReservedLine[]
  readonly currency: string
  /** The earliest expiry of the lines. */
  readonly expiresAt: Instant
  readonly position: bigint
}

type UnavailableLine = {
  readonly line: number
  readonly sku: string
  readonly location: string
  readonly quantity: number
  readonly available: number
}

export type ReserveStockRefusal =
  | { readonly code: 'unknown_sku' | 'product_discontinued'; readonly sku: string }
  | { readonly code: 'unknown_location'; readonly location: string }
  | { readonly code: 'price_changed'; readonly sku: string; readonly unitPrice: number; readonly currency: string }
  | { readonly code: 'mixed_currency' }
  | { readonly code: 'out_of_stock'; readonly lines: readonly UnavailableLine[] }
  /** A repeated command whose hold has ended, or whose quantity differs from the first time. */
  | { readonly code: 'reservation_closed' | 'reservation_conflict' }

export type ReservePorts = HoldPorts & { readonly productTerms: ReadProductTerms }

export const reservationIdOf = (commandId: string): string => derivedId('reservation', commandId)

const refusalOf = (refused: readonly RefusedLine[]): ReserveStockRefusal => {
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
): Promise<PricedLine | Exclude<ReserveStockRefusal, { readonly code: 'out_of_stock' }>> => {
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

/** Holds every line or none. Rejects with `NoAnswer` if the log gives no answer in time. */
export const reserveStock = async (
  request: { readonly lines: readonly LineToReserve[]; readonly ttlSeconds: number },
  origin: Origin,
  ports: ReservePorts,
): Promise<ReserveStockAnswer | ReserveStockRefusal> => {
  const priced = await Promise.all(request.lines.map((line, index) => priceLine(line, index, ports)))
  const lines = priced.filter((line): line is PricedLine => !('code' in line))
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
    await releaseHeldLines(reservationId, held, origin, ports)
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

const reservedLine = ({ line, sku, quantity, location, expiresAt, terms }: HeldLine): ReservedLine => ({
  line,
  sku,
  quantity,
  location,
  expiresAt,
  unitPrice: terms.unitPrice,
  priceRevision: terms.revision,
})
