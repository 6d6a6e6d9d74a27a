import type { NoticeKind } from '#domain/provider/events.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { MinorUnits } from '#domain/values/money.ts'
import type { ProviderName } from '#domain/values/names.ts'

/** What the provider's payment object says right now. */
export type IntentViewStatus =
  | { readonly type: 'created' }
  | { readonly type: 'requires_action' }
  /** The provider is still at work: its outcome is not known yet. */
  | { readonly type: 'processing' }
  /** `payBy`: the customer transfers the money until then; absent where a capture takes it. */
  | { readonly type: 'authorized'; readonly authorizedUntil: Instant | null; readonly payBy?: Instant }
  | { readonly type: 'declined'; readonly declineCode: string }
  | { readonly type: 'voided' }
  | { readonly type: 'captured'; readonly capturedAmount: MinorUnits }
  | { readonly type: 'capture_failed'; readonly reason: string }

/** `clientSecret` goes to the shopper's browser and nowhere else: never into an event or a log. */
export type IntentView = {
  readonly providerObjectId: string
  readonly amount: MinorUnits
  readonly status: IntentViewStatus
  readonly clientSecret: string | null
  /** What we wrote on it when it was made; null for an object that is none of ours. */
  readonly order: OrderAttempt | null
}

export type RefundView = {
  readonly providerObjectId: string
  /** What we wrote on it; null for one that was made on the provider's own pages. */
  readonly refundId: string | null
  /** The payment that it gives back. */
  readonly paymentObjectId: string | null
  readonly amount: MinorUnits
  /** `by_hand`: waits until somebody of the shop has transferred the money back and recorded that. */
  readonly status:
    | { readonly type: 'pending' | 'by_hand' | 'refunded' }
    | { readonly type: 'failed'; readonly reason: string }
}

/** A payment that its shopper's bank disputes. */
export type DisputeView = {
  readonly providerObjectId: string
  readonly paymentObjectId: string | null
  readonly amount: MinorUnits
  readonly reason: string
}

/**
 * A payment provider, one object an attempt. No two providers have objects of the same id. Every call ends within its deadline. A rejection with
 * `ProviderOutcomeUnknown` may or may not have happened: read the object before anything is repeated. A rejection with
 * `ProviderRefused` is final. A declined card is no rejection but a status.
 */
export type PaymentProvider = {
  readonly name: ProviderName
  /** Creates the object, unconfirmed: it moves no money yet. Declined where the payment method itself is not taken. */
  readonly createIntent: (
    order: OrderAttempt & { readonly amount: MinorUnits; readonly currency: string; readonly paymentMethod: string },
  ) => Promise<IntentView>
  /**
   * The object of this attempt, created at or after `since`; undefined where there is none. One may be overlooked as long as
   * `createIntent` is sure to answer with the same one again.
   */
  readonly findIntent: (order: OrderAttempt & { readonly since: Instant }) => Promise<IntentView | undefined>
  readonly readIntent: (providerObjectId: string) => Promise<IntentView>
  readonly confirmIntent: (intent: OrderIntent) => Promise<IntentView>
  /** Takes the money; authorized still, with its `payBy`, where the customer has not transferred it. */
  readonly captureIntent: (intent: OrderIntent & { readonly amount: MinorUnits }) => Promise<IntentView>
  readonly voidIntent: (intent: OrderIntent) => Promise<IntentView>
  readonly refund: (refund: OrderRefund & { readonly amount: MinorUnits }) => Promise<RefundView>
  /** The object of this refund that is none of `failedObjectIds`; undefined if the provider has none. */
  readonly findRefund: (refund: OrderRefund) => Promise<RefundView | undefined>
  readonly readRefund: (providerObjectId: string) => Promise<RefundView>
  readonly readDispute: (providerObjectId: string) => Promise<DisputeView>
  /** What a notice of this type is about, for kept notices that do not say so themselves. */
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
 * Time-out, lost connection, 5xx, 409, 429: whether it happened is to be read from the provider. Refused credentials too:
 * they say nothing about the payment.
 */
export class ProviderOutcomeUnknown extends Error {
  override readonly name = 'ProviderOutcomeUnknown'
}

/** The provider understood and said no, for good. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
