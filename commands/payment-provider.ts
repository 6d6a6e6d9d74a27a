import type { NoticeKind } from '#domain/provider/events.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { MinorUnits } from '#domain/values/money.ts'
import type { ProviderName } from '#domain/values/names.ts'

/** The current state of the provider's payment object. */
export type IntentViewStatus =
  | { readonly type: 'created' }
  | { readonly type: 'requires_action' }
  /** The provider is still processing it: the outcome is not known yet. */
  | { readonly type: 'processing' }
  /** `payBy`: the customer has to transfer the money until then. Absent if a capture takes the money. */
  | { readonly type: 'authorized'; readonly authorizedUntil: Instant | null; readonly payBy?: Instant }
  | { readonly type: 'declined'; readonly declineCode: string }
  | { readonly type: 'voided' }
  | { readonly type: 'captured'; readonly capturedAmount: MinorUnits }
  | { readonly type: 'capture_failed'; readonly reason: string }

/** `clientSecret` goes to the shopper's browser only, never into an event or a log. */
export type IntentView = {
  readonly providerObjectId: string
  readonly amount: MinorUnits
  readonly status: IntentViewStatus
  readonly clientSecret: string | null
  /** The order and attempt that were written on it at its creation; null for an object of another system. */
  readonly order: OrderAttempt | null
}

export type RefundView = {
  readonly providerObjectId: string
  /** The refund id that was written on it; null if it was made on the provider's own pages. */
  readonly refundId: string | null
  /** The payment that it refunds. */
  readonly paymentObjectId: string | null
  readonly amount: MinorUnits
  /** `by_hand`: it waits until staff have transferred the money and recorded that. */
  readonly status:
    | { readonly type: 'pending' | 'by_hand' | 'refunded' }
    | { readonly type: 'failed'; readonly reason: string }
}

/** A payment that the shopper's bank disputes. */
export type DisputeView = {
  readonly providerObjectId: string
  readonly paymentObjectId: string | null
  readonly amount: MinorUnits
  readonly reason: string
}

/**
 * A payment provider, with one payment object for each attempt. Object ids differ between providers. Every call ends within
 * its deadline. After a rejection with `ProviderOutcomeUnknown` the call may have happened or not: read the object before a
 * repetition. A rejection with `ProviderRefused` is final. A declined card is not a rejection but a status.
 */
export type PaymentProvider = {
  readonly name: ProviderName
  /** Creates the object, unconfirmed: no money moves yet. The status is `declined` if the payment method is not accepted. */
  readonly createIntent: (
    order: OrderAttempt & { readonly amount: MinorUnits; readonly currency: string; readonly paymentMethod: string },
  ) => Promise<IntentView>
  /**
   * The object of this attempt, created at or after `since`; undefined if there is none. It may overlook an object while
   * `createIntent` is sure to answer with the same one again.
   */
  readonly findIntent: (order: OrderAttempt & { readonly since: Instant }) => Promise<IntentView | undefined>
  readonly readIntent: (providerObjectId: string) => Promise<IntentView>
  readonly confirmIntent: (intent: OrderIntent) => Promise<IntentView>
  /** Takes the money. If the customer has to transfer it and has not yet, the status stays `authorized` with its `payBy`. */
  readonly captureIntent: (intent: OrderIntent & { readonly amount: MinorUnits }) => Promise<IntentView>
  readonly voidIntent: (intent: OrderIntent) => Promise<IntentView>
  readonly refund: (refund: OrderRefund & { readonly amount: MinorUnits }) => Promise<RefundView>
  /** The object of this refund, other than `failedObjectIds`; undefined if the provider has none. */
  readonly findRefund: (refund: OrderRefund) => Promise<RefundView | undefined>
  readonly readRefund: (providerObjectId: string) => Promise<RefundView>
  readonly readDispute: (providerObjectId: string) => Promise<DisputeView>
  /** The kind of a notice by its type, for notices that were stored without their kind. */
  readonly kindOfNotice: (eventType: string) => NoticeKind
}

export type OrderAttempt = { readonly orderId: string; readonly attempt: number }
export type OrderIntent = OrderAttempt & { readonly providerObjectId: string }
export type OrderRefund = {
  readonly orderId: string
  readonly refundId: string
  readonly paymentObjectId: string
  readonly failedObjectIds: readonly string[]
}

/**
 * Timeout, lost connection, 5xx, 409 or 429: whether the call happened has to be read from the provider. Refused
 * credentials count as unknown too, because they say nothing about the payment.
 */
export class ProviderOutcomeUnknown extends Error {
  override readonly name = 'ProviderOutcomeUnknown'
}

/** The provider refused the call for good. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
