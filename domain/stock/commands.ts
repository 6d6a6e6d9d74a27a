import type { Decision } from '../decision.ts'
import type { Cause } from '../event-fields.ts'
import type { Instant } from '../values/instant.ts'
import type { StockEvent } from './events.ts'
import type { Levels } from './state.ts'

type Named = { readonly commandId: string; readonly reservationId: string; readonly line: number }

/** `firstExpiresAt` is the fence of the hold meant; null names whatever is held under the id (its terms were never learnt). */
type Fenced = Named & { readonly firstExpiresAt: Instant | null; readonly cause: Cause }

export type ReserveStock = Named & {
  readonly type: 'ReserveStock'
  readonly quantity: number
  /** Seconds from the decision's log time to the hold's expiry. */
  readonly ttlSeconds: number
  /** False when another location is tried next. */
  readonly final: boolean
}

export type ExtendHold = Fenced & { readonly type: 'ExtendHold'; readonly expiresAt: Instant }
export type CommitHold = Fenced & { readonly type: 'CommitHold'; readonly quantity: number }
/** The shopper lets go: leaves a tombstone where nothing is held yet. */
export type ReleaseHold = Fenced & { readonly type: 'ReleaseHold' }
/** Ends whatever an order still has on this line, however far it got. */
export type CloseHold = Fenced & { readonly type: 'CloseHold' }
/** A sweep's: writes the expiry of what is due, oldest first. */
export type ExpireDueHolds = { readonly type: 'ExpireDueHolds'; readonly commandId: string }

/** `shippedTotal` is the line's total so far, not the increment, so a repetition is recognised. */
export type ShipStock = Named & { readonly type: 'ShipStock'; readonly shippedTotal: number; readonly cause: Cause }
/** `returnedTotal` is the line's total so far; `quantity` of it come back now. */
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
  /** Held (or committed already): the first expiry of the hold. */
  | { readonly kind: 'held'; readonly firstExpiresAt: Instant }
  | { readonly kind: 'levels'; readonly levels: Levels }
  /** Done, or done before. */
  | { readonly kind: 'done' }

export type StockRefusal =
  | { readonly code: 'out_of_stock'; readonly available: number }
  /** The same hold id with other terms. */
  | { readonly code: 'reservation_conflict' }
  /** The hold under this id has ended: it does not begin again. */
  | { readonly code: 'reservation_closed' }
  | { readonly code: 'hold_unknown' }
  | { readonly code: 'hold_expired' }
  | { readonly code: 'hold_lost' }
  | { readonly code: 'hold_committed' }
  | { readonly code: 'below_zero'; readonly onHand: number }

export type StockDecision = Decision<StockEvent, StockAnswer, StockRefusal>
