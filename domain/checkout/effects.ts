import type { OrderLine } from '../order/events.ts'
import type { Moment } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import type { MinorUnits } from '../values/money.ts'
import type { ProviderName } from '../values/names.ts'

// What the checkout process asks of the outside, as data. Every effect can be run again, by anyone, at any time: what
// comes of it is a fact that the order takes once. An effect that ends in doubt is not repeated by who tried it; when its
// ten seconds are over it comes back with `seeFirst`, and then the provider's object is read before anything is done.

/** A hold as the stock streams know it. `expiresAt` is its first expiry: the fence that keeps other holds safe. */
export type HoldRef = Pick<OrderLine, 'line' | 'sku' | 'location' | 'quantity' | 'expiresAt'>

/** `total`: units of the hold shipped (or returned) so far, this time included. `quantity`: units of this time alone. */
export type HoldMove = HoldRef & { readonly total: number }

/** An object at its provider, and the attempt that it stands for. */
type Intent = { readonly attempt: number; readonly provider: ProviderName; readonly providerObjectId: string }

export type ProviderEffect =
  /** Make the payment object of an attempt, unconfirmed: it moves no money. */
  | {
      readonly type: 'createIntent'
      readonly attempt: number
      /** Null where its request was stored before it named one: then it is the default provider. */
      readonly provider: ProviderName | null
      readonly amount: MinorUnits
      readonly currency: string
      readonly paymentMethod: string
      /** The object cannot be older than this, whatever made the effect due since. */
      readonly requestedAt: Instant
      readonly seeFirst: boolean
    }
  /** Confirm it, to be captured later. */
  | ({ readonly type: 'confirmIntent'; readonly seeFirst: boolean } & Intent)
  /** The time to pay is over and the outcome unknown: read the object, void it if it still stands unconfirmed. */
  | ({ readonly type: 'readIntent' } & Intent)
  | ({ readonly type: 'captureIntent'; readonly amount: MinorUnits; readonly seeFirst: boolean } & Intent)
  /** Void whatever is not captured yet; where it was captured, that is recorded, and refunded. */
  | ({ readonly type: 'voidIntent' } & Intent)
  | {
      readonly type: 'refundIntent'
      readonly refundId: string
      readonly provider: ProviderName
      readonly paymentObjectId: string
      readonly amount: MinorUnits
      /** Objects of the provider that already failed for this refund: finding one of them is not finding the refund. */
      readonly failedObjectIds: readonly string[]
      readonly seeFirst: boolean
    }

export type StockEffect =
  /** Commit every hold: all done is OrderStockCommitted, any lost is OrderStockLost. */
  | { readonly type: 'commitStock'; readonly lines: readonly HoldRef[] }
  /** Extend every hold, once, for a manual order that is authorized; any lost is OrderStockLost, all done is settled. */
  | {
      readonly type: 'extendForAuthorization'
      readonly revision: number
      readonly until: Instant
      readonly lines: readonly HoldRef[]
    }
  /** Write the stock effects of the order event at `revision`; all written is settled. */
  | {
      readonly type: 'settleStock'
      readonly revision: number
      readonly kind: 'close'
      readonly lines: readonly HoldRef[]
    }
  | {
      readonly type: 'settleStock'
      readonly revision: number
      readonly kind: 'ship'
      readonly lines: readonly HoldMove[]
    }
  | {
      readonly type: 'settleStock'
      readonly revision: number
      readonly kind: 'return'
      readonly restock: boolean
      readonly lines: readonly HoldMove[]
    }

/**
 * End the order. Where `readFirst` names an object, its payment was last seen waiting for the shopper: read it before,
 * since its webhook may be lost. What it says is recorded, and the order decides by that.
 */
export type ExpireEffect = { readonly type: 'expireOrder'; readonly readFirst: Intent | null }

/**
 * `cause`: the order event that asks for the effect; stock events name its revision. `dueSince`: that, or the event that
 * resumed the order later. Until `ownedUntil` the effect is left to whoever appended the event at `dueSince`.
 */
export type Effect = (ProviderEffect | StockEffect | ExpireEffect) & {
  readonly cause: Moment
  readonly dueSince: Moment
  readonly ownedUntil: Instant
}
export type EffectType = Effect['type']
