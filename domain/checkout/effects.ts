import { unreachable } from '../assert.ts'
import type { OrderLine } from '../order/events.ts'
import type { AttentionSubject, Moment } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import type { MinorUnits } from '../values/money.ts'
import type { ProviderName } from '../values/names.ts'

// The effects of the checkout process, as data: calls of the provider and changes of stock streams. Any process can run an
// effect again at any time, because its result is a fact that the order records once. An effect with an unknown outcome is
// not repeated by the process that ran it. After ten seconds it comes back with `readFirst`, and then the provider's object
// is read before anything is done to it.

/** A hold of the order. `expiresAt` is its first expiry, which is its fence. */
export type HoldRef = Pick<OrderLine, 'line' | 'sku' | 'location' | 'quantity' | 'expiresAt'>

/**
 * `quantity`: units shipped or returned by this event. `total`: units of the hold shipped or returned so far, these
 * included.
 */
export type HoldMove = HoldRef & { readonly total: number }

/** A payment object at its provider, and its attempt. */
type Intent = { readonly attempt: number; readonly provider: ProviderName; readonly providerObjectId: string }

export type ProviderEffect =
  /** Create the payment object of an attempt, unconfirmed: no money moves. */
  | {
      readonly type: 'createIntent'
      readonly attempt: number
      /** Null if the request was stored before it had a provider: then it is the default provider. */
      readonly provider: ProviderName | null
      readonly amount: MinorUnits
      readonly currency: string
      readonly paymentMethod: string
      /** The object is not older than this, whatever made the effect due. */
      readonly requestedAt: Instant
      readonly readFirst: boolean
    }
  /** Confirm it. It is captured later. */
  | ({ readonly type: 'confirmIntent'; readonly readFirst: boolean } & Intent)
  /** The time to pay is over and the outcome unknown: read the object, and void it if it is still unconfirmed. */
  | ({ readonly type: 'readIntent' } & Intent)
  | ({ readonly type: 'captureIntent'; readonly amount: MinorUnits; readonly readFirst: boolean } & Intent)
  /** Void the object. If it was captured already, that is recorded and then refunded. */
  | ({ readonly type: 'voidIntent' } & Intent)
  | {
      readonly type: 'refundIntent'
      readonly refundId: string
      readonly provider: ProviderName
      readonly paymentObjectId: string
      readonly amount: MinorUnits
      /** Refund objects that already failed for this refund: a search for the refund must skip them. */
      readonly failedObjectIds: readonly string[]
      readonly readFirst: boolean
    }

export type StockEffect =
  /** Commit every hold: OrderStockCommitted if all succeed, OrderStockLost if any is lost. */
  | { readonly type: 'commitStock'; readonly lines: readonly HoldRef[] }
  /**
   * Extend every hold of an authorized manual order, once: OrderStockSettled if all succeed, OrderStockLost if any is lost.
   */
  | {
      readonly type: 'extendForAuthorization'
      readonly revision: number
      readonly until: Instant
      readonly lines: readonly HoldRef[]
    }
  /** Append the stock effects of the order event at `revision`: OrderStockSettled when all are appended. */
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
 * Expire the order. If `readFirst` is an object, its payment waited for the shopper when it was last read. Its webhook may be
 * lost, so it is read and recorded before, and the order decides by that.
 */
type ExpireEffect = { readonly type: 'expireOrder'; readonly readFirst: Intent | null }

/**
 * `cause`: the order event that needs the effect; stock events name its revision. `dueSince`: the same event, or a later
 * one that resumed the order. Until `ownedUntil` the effect belongs to the process that appended the event at `dueSince`.
 */
export type Effect = (ProviderEffect | StockEffect | ExpireEffect) & {
  readonly cause: Moment
  readonly dueSince: Moment
  readonly ownedUntil: Instant
}
export type EffectType = Effect['type']

/** What a call for attention names if the effect fails. */
export const subjectOf = (effect: Effect): AttentionSubject => {
  switch (effect.type) {
    case 'createIntent':
      return { provider: effect.provider ?? undefined }
    case 'confirmIntent':
    case 'readIntent':
    case 'captureIntent':
    case 'voidIntent':
      return { provider: effect.provider, subject: effect.providerObjectId }
    case 'refundIntent':
      return { provider: effect.provider, subject: effect.refundId }
    case 'commitStock':
      return { subject: String(effect.cause.revision) }
    case 'extendForAuthorization':
    case 'settleStock':
      return { subject: String(effect.revision) }
    case 'expireOrder':
      return effect.readFirst === null
        ? {}
        : { provider: effect.readFirst.provider, subject: effect.readFirst.providerObjectId }
    default:
      return unreachable(effect)
  }
}
