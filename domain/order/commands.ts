import type { Instant } from '../values/instant.ts'
import type { MinorUnits } from '../values/money.ts'
import type { ProviderName } from '../values/names.ts'
import type { AttentionReason, OrderEvent, OrderLine } from './events.ts'
import type { SkuQuantity } from './quantities.ts'

type Command<Type extends string, Fields = unknown> = {
  readonly type: Type
  readonly commandId: string
} & Readonly<Fields>

type Placed = Extract<OrderEvent, { type: 'OrderPlaced' }>['data']

/** Its data come from the reservation token and the shopper. Prices and holds were fixed at the reservation. */
export type PlaceOrder = Command<
  'PlaceOrder',
  Omit<Placed, 'at' | 'commandId' | 'lines'> & { readonly lines: readonly OrderLine[] }
>

/** `expiresAt` becomes the order's expiry. The caller has extended the holds to it before, if they ended earlier. */
export type RequestPayment = Command<
  'RequestPayment',
  { readonly provider: ProviderName; readonly paymentMethod: string; readonly expiresAt: Instant }
>

/** A past sale that was paid elsewhere and whose holds are already committed. No provider is called for it. */
export type ImportPaid = Command<'ImportPaid', { readonly paymentMethod: string; readonly providerObjectId: string }>

/** The state of the provider's payment object. */
export type IntentStatus =
  | { readonly type: 'created' }
  | { readonly type: 'requires_action' }
  /** `payBy`: the customer has to transfer the money until then. Absent if the provider takes the money. */
  | { readonly type: 'authorized'; readonly authorizedUntil: Instant | null; readonly payBy?: Instant }
  | { readonly type: 'declined'; readonly declineCode: string }
  | { readonly type: 'voided' }
  | { readonly type: 'captured' }
  | { readonly type: 'capture_failed'; readonly reason: string }

/** `manualConfirmSeconds`: how long an authorized order waits at most for its manual confirmation. */
export type RecordIntentStatus = Command<
  'RecordIntentStatus',
  {
    readonly attempt: number
    readonly provider: ProviderName
    readonly providerObjectId: string
    readonly amount: MinorUnits
    readonly status: IntentStatus
    readonly manualConfirmSeconds: number
  }
>

export type RequestConfirmation = Command<'RequestConfirmation'>
export type RecordStockCommitted = Command<'RecordStockCommitted'>
export type RecordStockLost = Command<'RecordStockLost', { readonly lines: readonly number[] }>
export type CancelOrder = Command<'CancelOrder', { readonly note: string | null }>
export type ExpireOrder = Command<'ExpireOrder'>

/** `lines` is null for all units that are not shipped yet. */
export type ShipOrder = Command<
  'ShipOrder',
  {
    readonly lines: readonly SkuQuantity[] | null
    readonly carrier: string | null
    readonly trackingNumber: string | null
  }
>
export type DeliverOrder = Command<'DeliverOrder'>
export type ReturnOrder = Command<
  'ReturnOrder',
  { readonly lines: readonly SkuQuantity[]; readonly restock: boolean; readonly reason: string }
>

/** What to refund: units at their price, an amount in minor units, or all that is left. */
export type RefundScope =
  | { readonly type: 'lines'; readonly lines: readonly SkuQuantity[] }
  | { readonly type: 'amount'; readonly amount: MinorUnits }
  | { readonly type: 'remainder' }

export type RefundOrder = Command<'RefundOrder', { readonly scope: RefundScope; readonly reason: string }>

type RefundObject = {
  readonly refundId: string
  readonly provider: ProviderName
  /** The payment object that is refunded. */
  readonly paymentObjectId: string
  readonly providerObjectId: string
  readonly amount: MinorUnits
}
export type RecordRefunded = Command<'RecordRefunded', RefundObject>
export type RecordRefundFailed = Command<'RecordRefundFailed', RefundObject & { readonly reason: string }>

export type RecordDispute = Command<
  'RecordDispute',
  {
    readonly attempt: number
    readonly provider: ProviderName
    readonly providerObjectId: string
    readonly amount: MinorUnits
    readonly disputeId: string
    readonly reason: string
  }
>

/** `revision`: the order event whose stock effects are all appended. */
export type SettleStock = Command<'SettleStock', { readonly revision: number }>
/** The provider refuses to create the payment of an attempt for good. */
export type RecordPaymentRefused = Command<
  'RecordPaymentRefused',
  { readonly attempt: number; readonly provider: ProviderName; readonly declineCode: string }
>
/** `provider` and `subject`: what the call is about, as in the event. */
export type NeedAttention = Command<
  'NeedAttention',
  {
    readonly reason: AttentionReason
    readonly detail: string
    readonly provider?: ProviderName | undefined
    readonly subject?: string | undefined
  }
>
export type ResolveAttention = Command<
  'ResolveAttention',
  { readonly action: 'resume' | 'close'; readonly reason: string }
>

export type OrderCommand =
  | PlaceOrder
  | RequestPayment
  | ImportPaid
  | RecordIntentStatus
  | RecordPaymentRefused
  | RequestConfirmation
  | RecordStockCommitted
  | RecordStockLost
  | CancelOrder
  | ExpireOrder
  | ShipOrder
  | DeliverOrder
  | ReturnOrder
  | RefundOrder
  | RecordRefunded
  | RecordRefundFailed
  | RecordDispute
  | SettleStock
  | NeedAttention
  | ResolveAttention

/** The HTTP API shows these codes unchanged, so they are stable. */
const orderRefusals = [
  'not_found',
  'already_placed',
  'expired',
  'total_too_large',
  'payment_in_progress',
  'already_paid',
  'stock_lost',
  'not_payable',
  'too_many_attempts',
  'not_confirmable',
  'not_cancellable',
  'already_shipped',
  'not_expirable',
  'not_shippable',
  'not_deliverable',
  'not_returnable',
  'not_refundable',
  'line_not_found',
  'quantity_exceeds_unshipped',
  'quantity_exceeds_shipped',
  'quantity_exceeds_unrefunded',
  'amount_exceeds_refundable',
  'no_attention',
  'not_closable',
] as const
export type OrderRefusalCode = (typeof orderRefusals)[number]
export type OrderRefusal = { readonly code: OrderRefusalCode }

/** What the decider of one command answers: the events to append, possibly none, or the code of its refusal. */
export type EventsOrRefusal = readonly OrderEvent[] | OrderRefusalCode
