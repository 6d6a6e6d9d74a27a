import type { Instant } from '../values/instant.ts'
import type { MinorUnits } from '../values/money.ts'
import type { ProviderName } from '../values/names.ts'
import type { AttentionReason, CancelReason, LineQuantity, OrderEvent, OrderLine } from './events.ts'

// The folded state of one order stream. It is plain JSON, because the orders read model stores it unchanged.

/** Where in the stream something happened. Revisions give the order of events; `at` is log time, used for deadlines only. */
export type Moment = { readonly at: Instant; readonly revision: number }

type AttemptFields = {
  readonly attempt: number
  /** An object without a PaymentRequested of its own (created twice, or unknown). It is never accepted and always undone. */
  readonly stray: boolean
  readonly amount: MinorUnits
  /** Set once the provider has declined, whatever else it reported before or after. */
  readonly declineCode: string | null
  /** When the phase was reached. */
  readonly since: Moment
}

type ProviderObject = { readonly provider: ProviderName; readonly providerObjectId: string }

/** `provider` is absent if the event was stored before it had that field: then it is the default provider. */
export type RequestedAttempt = AttemptFields & {
  readonly phase: 'requested'
  readonly paymentMethod: string
  readonly provider?: ProviderName
}

/** The provider refuses to create the payment, so there is no object, unless a report shows one later. */
type RefusedAttempt = Omit<RequestedAttempt, 'phase'> & { readonly phase: 'refused' }

/** An attempt whose object at the provider is known. */
export type KnownAttempt = AttemptFields &
  ProviderObject &
  (
    | { readonly phase: 'created' | 'requires_action' | 'declined' | 'voided' }
    | {
        readonly phase: 'authorized'
        readonly authorizedUntil: Instant | null
        readonly confirmBy: Instant | null
        /** The customer has to transfer the money until then. Absent if the provider takes the money. */
        readonly payBy?: Instant
      }
    | { readonly phase: 'captured'; readonly capturedAmount: MinorUnits }
    | { readonly phase: 'capture_failed'; readonly reason: string }
  )

/** One attempt has one payment object at the provider. */
export type Attempt = RequestedAttempt | RefusedAttempt | KnownAttempt
export type AttemptPhase = Attempt['phase']

type OrderStock =
  | { readonly type: 'held' }
  | { readonly type: 'committed'; readonly since: Moment }
  | { readonly type: 'lost'; readonly lines: readonly number[] }

type Shipment = {
  readonly shipmentId: string
  readonly at: Instant
  readonly lines: readonly LineQuantity[]
  readonly carrier: string | null
  readonly trackingNumber: string | null
}

type Return = {
  readonly returnId: string
  readonly at: Instant
  readonly lines: readonly LineQuantity[]
  readonly restock: boolean
  readonly reason: string
}

/** A refund object at the provider. A refund that was retried after a failure has several. */
type RefundObject = { readonly providerObjectId: string; readonly amount: MinorUnits; readonly failed: boolean }

export type Refund = {
  readonly refundId: string
  readonly phase: 'requested' | 'refunded' | 'failed'
  readonly provider: ProviderName
  readonly paymentObjectId: string
  readonly lines: readonly LineQuantity[]
  /** What is to be refunded. What was refunded is the sum of the objects that did not fail. */
  readonly amount: MinorUnits
  readonly objects: readonly RefundObject[]
  readonly since: Moment
}

type Dispute = {
  readonly disputeId: string
  readonly attempt: number
  readonly amount: MinorUnits
  readonly reason: string
  readonly at: Instant
}

/** A line that a shipment or return moved, with the total of its hold after it. */
export type MovedLine = LineQuantity & { readonly total: number }

/** An order event whose stock effects are not known to be appended yet. */
export type Unsettled = { readonly since: Moment } & (
  | { readonly kind: 'close' }
  | { readonly kind: 'extend'; readonly until: Instant }
  | { readonly kind: 'ship'; readonly lines: readonly MovedLine[] }
  | { readonly kind: 'return'; readonly lines: readonly MovedLine[]; readonly restock: boolean }
)

/** What a call for attention is about. A field that is absent stands for all of its kind. */
export type AttentionSubject = {
  readonly provider?: ProviderName | undefined
  /** The id of a refund, payment object, dispute, order line or order event. */
  readonly subject?: string | undefined
}

export type Attention = AttentionSubject & {
  readonly reason: AttentionReason
  readonly detail: string
  readonly since: Moment
  /** Closed: staff dealt with it by hand, so what failed is not tried again. */
  readonly state: 'open' | 'closed'
}

/** Whether a call for attention is about this provider and object. A field that either of them lacks stands for all. */
export const isAbout = (call: AttentionSubject, { provider, subject }: AttentionSubject): boolean =>
  (call.provider ?? provider) === (provider ?? call.provider) && (call.subject ?? subject) === (subject ?? call.subject)

/** Whether one call for attention replaces another. */
export const isSameCall = (
  one: AttentionSubject & Pick<Attention, 'reason'>,
  other: AttentionSubject & Pick<Attention, 'reason'>,
): boolean => one.reason === other.reason && one.provider === other.provider && one.subject === other.subject

/** What a command made, so that its retry gets the same answer. */
export type Made =
  | { readonly type: 'payment'; readonly attempt: number }
  | { readonly type: 'shipment'; readonly shipmentId: string }
  | { readonly type: 'return'; readonly returnId: string }
  | { readonly type: 'refund'; readonly refundId: string; readonly amount: MinorUnits }

/** `status` is that of the order right after the command. */
export type OrderAnswer = { readonly status: OrderStatus; readonly made: Made | null }

export type AppliedCommand = { readonly commandId: string; readonly at: Instant; readonly answer: OrderAnswer }

type Placed = Extract<OrderEvent, { type: 'OrderPlaced' }>['data']

type OrderFields = Pick<
  Placed,
  'reservationId' | 'customerId' | 'person' | 'country' | 'currency' | 'confirm' | 'requestHash'
> & {
  readonly lines: readonly OrderLine[]
  readonly total: MinorUnits
  readonly placedAt: Instant
  /** Until when the order can be paid: the expiry of its first hold, or the one to which its first payment extended them. */
  readonly expiresAt: Instant
  readonly extended: boolean
  readonly attempts: readonly Attempt[]
  readonly confirmationRequested: Moment | null
  readonly stock: OrderStock
  readonly shipments: readonly Shipment[]
  readonly returns: readonly Return[]
  readonly refunds: readonly Refund[]
  readonly disputes: readonly Dispute[]
  readonly unsettled: readonly Unsettled[]
  readonly attention: readonly Attention[]
  /** When attention was last resolved by `resume`: what failed before became due again then. */
  readonly resumed: Moment | null
  readonly applied: readonly AppliedCommand[]
  /** The last event other than OrderNeedsAttention. */
  readonly changed: Moment
  readonly last: Moment
}

/** An order that can still be paid, be confirmed, or end without a sale. */
export type UnconfirmedOrder = OrderFields & { readonly status: 'placed' | 'requires_action' | 'authorized' }
type SoldOrder = OrderFields & { readonly status: 'confirmed' | 'shipped' | 'delivered' | 'returned' }
export type EndedOrder = OrderFields & { readonly ended: Moment } & (
    | { readonly status: 'expired' }
    | { readonly status: 'cancelled'; readonly reason: CancelReason; readonly note: string | null }
  )

export type Order = UnconfirmedOrder | SoldOrder | EndedOrder
export type OrderStatus = Order['status']
export type OrderState = { readonly status: 'none' } | Order

export const initialOrder = (): OrderState => ({ status: 'none' })

export const isUnconfirmed = (order: Order): order is UnconfirmedOrder =>
  order.status === 'placed' || order.status === 'requires_action' || order.status === 'authorized'

export const isEnded = (order: Order): order is EndedOrder => order.status === 'expired' || order.status === 'cancelled'

export const laterOf = (one: Moment, other: Moment): Moment => (other.revision > one.revision ? other : one)
