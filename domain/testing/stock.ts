import type { StockCommand } from '../stock/commands.ts'
import { decideStock } from '../stock/decide.ts'
import type { StockEvent } from '../stock/events.ts'
import { createStockFold } from '../stock/evolve.ts'
import type { Instant } from '../values/instant.ts'
import { givenFor } from './dialect.ts'

// Literals of the stock tests. Everything happens at `noon` unless said otherwise, and holds last `ttl` seconds.

export const noon = 1_800_000_000_000
export const ttl = 900
export const expiry = noon + ttl * 1_000
export const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const commandId = id(1)

export const givenStock = givenFor({ createFold: () => createStockFold(), decide: decideStock })

/** Levels after an event: on hand, held, committed. */
export type After = readonly [onHand: number, held: number, committed: number]
const levels = ([onHandAfter, heldAfter, committedAfter]: After) => ({ onHandAfter, heldAfter, committedAfter })
const named = (reservation: number, at: Instant, line = 0) => ({
  at,
  commandId,
  reservationId: id(reservation),
  line,
})

type StepType = 'ReservationCommitted' | 'ReservationReleased' | 'ReservationExpired' | 'CommitmentCancelled'

export const received = (quantity: number, after: After, at = noon, command = 900): StockEvent => ({
  type: 'StockReceived',
  data: { at, commandId: id(command), quantity, ...levels(after) },
})
export const counted = (quantity: number, difference: number, after: After, at = noon, command = 1): StockEvent => ({
  type: 'StockCounted',
  data: { at, commandId: id(command), quantity, difference, reason: 'stocktaking', ...levels(after) },
})
export const adjusted = (quantity: number, after: After, at = noon): StockEvent => ({
  type: 'StockAdjusted',
  data: { at, commandId, quantity, reason: 'broken', ...levels(after) },
})
export const safetySet = (quantity: number, after: After): StockEvent => ({
  type: 'SafetyStockSet',
  data: { at: noon, commandId, quantity, ...levels(after) },
})
export const reserved = (reservation: number, quantity: number, after: After, at = noon, line = 0): StockEvent => ({
  type: 'StockReserved',
  data: { ...named(reservation, at, line), quantity, expiresAt: at + ttl * 1_000, ...levels(after) },
})
export const refused = (
  reservation: number,
  quantity: number,
  available: number,
  after: After,
  at = noon,
): StockEvent => ({
  type: 'ReservationsRefused',
  data: {
    at,
    commandId,
    ...levels(after),
    refusals: [{ ...refusalNames(reservation), quantity, available, reason: 'out_of_stock', final: true }],
  },
})
const refusalNames = (reservation: number) => ({ reservationId: id(reservation), line: 0, commandId })

export const step = (type: StepType, reservation: number, quantity: number, after: After, at = noon): StockEvent => ({
  type,
  data: { ...named(reservation, at), quantity, cause: null, ...levels(after) },
})
export const extended = (
  reservation: number,
  quantity: number,
  expiresAt: Instant,
  after: After,
  at = noon,
): StockEvent => ({
  type: 'ReservationExtended',
  data: { ...named(reservation, at), quantity, cause: null, expiresAt, ...levels(after) },
})
export const reinstated = (reservation: number, quantity: number, after: After, at: Instant): StockEvent => ({
  type: 'ReservationReinstated',
  data: { ...named(reservation, at), quantity, cause: null, expiresAt: expiry, ...levels(after) },
})
export const voided = (reservation: number, quantity: number, after: After, at = noon): StockEvent => ({
  type: 'ReservationVoided',
  data: {
    ...named(reservation, at),
    quantity,
    cause: null,
    reason: quantity === 0 ? 'released_before_reserved' : 'shortfall',
    ...levels(after),
  },
})
/** The tombstone over an expired hold that was released or closed. */
export const closedAfterExpiry = (reservation: number, after: After, at: Instant): StockEvent => ({
  type: 'ReservationVoided',
  data: { ...named(reservation, at), quantity: 0, cause: null, reason: 'closed_after_expiry', ...levels(after) },
})
export const shipped = (
  reservation: number,
  quantity: number,
  shippedAfter: number,
  after: After,
  at = noon,
): StockEvent => ({
  type: 'StockShipped',
  data: { ...named(reservation, at), quantity, cause: null, shippedAfter, ...levels(after) },
})
export const returned = (
  reservation: number,
  moved: { readonly quantity: number; readonly total: number; readonly restocked: boolean },
  after: After,
  at = noon,
): StockEvent => ({
  type: 'StockReturned',
  data: {
    ...named(reservation, at),
    quantity: moved.quantity,
    cause: null,
    returnedAfter: moved.total,
    restocked: moved.restocked,
    ...levels(after),
  },
})
export const shortfall = (quantity: number, reservations: readonly number[], after: After): StockEvent => ({
  type: 'StockShortfallFound',
  data: {
    at: noon,
    commandId,
    quantity,
    reservations: reservations.map((reservation) => ({ reservationId: id(reservation), line: 0 })),
    ...levels(after),
  },
})

const about = (reservation: number, line = 0) => ({ commandId, reservationId: id(reservation), line })
const fenced = (reservation: number, firstExpiresAt: Instant | null) => ({
  ...about(reservation),
  firstExpiresAt,
  cause: null,
})

export const reserve = (reservation: number, quantity = 1, line = 0): StockCommand => ({
  type: 'ReserveStock',
  ...about(reservation, line),
  quantity,
  ttlSeconds: ttl,
  final: true,
})
export const extend = (reservation: number, expiresAt: Instant, fence: Instant | null = expiry): StockCommand => ({
  type: 'ExtendHold',
  ...fenced(reservation, fence),
  expiresAt,
})
export const commit = (reservation: number, quantity = 1, fence: Instant | null = expiry): StockCommand => ({
  type: 'CommitHold',
  ...fenced(reservation, fence),
  quantity,
})
export const release = (reservation: number, fence: Instant | null = expiry): StockCommand => ({
  type: 'ReleaseHold',
  ...fenced(reservation, fence),
})
export const close = (reservation: number, fence: Instant | null = expiry): StockCommand => ({
  type: 'CloseHold',
  ...fenced(reservation, fence),
})
export const sweep: StockCommand = { type: 'ExpireDueHolds', commandId }
export const ship = (reservation: number, shippedTotal: number): StockCommand => ({
  type: 'ShipStock',
  ...about(reservation),
  shippedTotal,
  cause: null,
})
export const takeBack = (
  reservation: number,
  quantity: number,
  returnedTotal: number,
  restock = true,
): StockCommand => ({ type: 'ReturnStock', ...about(reservation), quantity, returnedTotal, restock, cause: null })
export const receive = (quantity: number, command = 1): StockCommand => ({
  type: 'ReceiveStock',
  commandId: id(command),
  quantity,
})
export const count = (quantity: number): StockCommand => ({
  type: 'CountStock',
  commandId,
  quantity,
  reason: 'stocktaking',
})
export const adjust = (quantity: number): StockCommand => ({
  type: 'AdjustStock',
  commandId,
  quantity,
  reason: 'broken',
})
export const setSafety = (quantity: number): StockCommand => ({ type: 'SetSafetyStock', commandId, quantity })
