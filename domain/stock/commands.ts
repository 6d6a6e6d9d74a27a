import type { Decision } from '../decision.ts'
import type { Cause } from '../event-fields.ts'
import type { Instant } from '../values/instant.ts'
import type { StockEvent } from './events.ts'
import type { Levels } from './state.ts'

type Named = { readonly commandId: string; readonly reservationId: string; readonly line: number }

/** `firstExpiresAt` is the fence of the hold. Null means any hold under the id: the caller never learnt its expiry. */
type Fenced = Named & { readonly firstExpiresAt: Instant | null; readonly cause: Cause }

export type ReserveStock = Named & {
  readonly type: 'ReserveStock'
  readonly quantity: number
  /** Seconds from the log time of the decision to the expiry of the hold. */
  readonly ttlSeconds: number
  /** False if another location is tried next. */
  readonly final: boolean
}

export type ExtendHold = Fenced & { readonly type: 'ExtendHold'; readonly expiresAt: Instant }
export type CommitHold = Fenced & { readonly type: 'CommitHold'; readonly quantity: number }
/** The shopper gives the hold up. Leaves a tombstone if nothing is held yet. */
export type ReleaseHold = Fenced & { readonly type: 'ReleaseHold' }
/** Ends what an order still has on this line: a hold or a commitment. */
export type CloseHold = Fenced & { readonly type: 'CloseHold' }
/** Appends the expiry of holds that are due, oldest first. Sent by the sweep. */
export type ExpireDueHolds = { readonly type: 'ExpireDueHolds'; readonly commandId: string }

/** `shippedTotal` is the line's total so far, not the increment, so a repeated command is recognised. */
export type ShipStock = Named & { readonly type: 'ShipStock'; readonly shippedTotal: number; readonly cause: Cause }
/** `returnedTotal` is the line's total so far; `quantity` is the part that comes back now. */
export type ReturnStock = Named & {
  readonly type: 'ReturnStock'
  readonly quantity: number
  readonly returnedTotal: number
  readonly restock: boolean
  readonly cause: Cause
}

export type ReceiveStock = { readonly type: 'ReceiveStock'; readonly commandId: string; readonly quantity: number }
/** `quantity` is signed. */
export type AdjustStock = {
  readonly type: 'AdjustStock'
  readonly commandId: string
  readonly quantity: number
  readonly reason: string
}
export type CountStock = {
  readonly type: 'CountStock'
  readonly commandId: string
  readonly quantity: number
  readonly reason: string
}
export type SetSafetyStock = { readonly type: 'SetSafetyStock'; readonly commandId: string; readonly quantity: number }

export type StockCommand =
  | ReserveStock
  | ExtendHold
  | CommitHold
  | ReleaseHold
  | CloseHold
  | ExpireDueHolds
  | ShipStock
  | ReturnStock
  | ReceiveStock
  | AdjustStock
  | CountStock
  | SetSafetyStock

export type StockAnswer =
  /** Held, or committed already, with the first expiry of the hold. */
  | { readonly kind: 'held'; readonly firstExpiresAt: Instant }
  | { readonly kind: 'levels'; readonly levels: Levels }
  /** Done now, or done before. */
  | { readonly kind: 'done' }

export type StockRefusal =
  | { readonly code: 'out_of_stock'; readonly available: number }
  /** The hold id is known with another quantity. */
  | { readonly code: 'reservation_conflict' }
  /** The hold under this id has ended, and the id cannot be held again. */
  | { readonly code: 'reservation_closed' }
  | { readonly code: 'hold_unknown' }
  | { readonly code: 'hold_expired' }
  | { readonly code: 'hold_lost' }
  | { readonly code: 'hold_committed' }
  | { readonly code: 'below_zero'; readonly onHand: number }

export type StockDecision = Decision<StockEvent, StockAnswer, StockRefusal>
