import { z } from 'zod'
import { type EventOf, eventFields, lineNumberSchema, reasonSchema } from '../event-fields.ts'
import { idSchema } from '../values/ids.ts'
import { instantSchema } from '../values/instant.ts'
import { amountSchema, countrySchema, currencySchema, positiveAmountSchema } from '../values/money.ts'
import { locationSchema, providerNameSchema, skuSchema } from '../values/names.ts'
import { quantitySchema } from '../values/quantity.ts'

/** An order holds at most this many lines. */
export const orderLinesMax = 1_000

export const orderLineSchema = z.strictObject({
  line: lineNumberSchema,
  sku: skuSchema,
  quantity: quantitySchema,
  location: locationSchema,
  unitPrice: amountSchema,
  /** Revision of the product's stream at which this was the price; null if the price comes from an import. */
  priceRevision: z.int().min(0).nullable(),
  /** The hold's first expiry, which is its fence: commit, extend, release and close name it. */
  expiresAt: instantSchema,
})
export type OrderLine = Readonly<z.infer<typeof orderLineSchema>>

/** The lines and units of a shipment, a return or a refund. */
const lineQuantities = z.array(z.strictObject({ line: lineNumberSchema, quantity: quantitySchema })).max(orderLinesMax)
export type LineQuantity = Readonly<z.infer<typeof lineQuantities>[number]>

/** The provider name of imported past sales. They were paid elsewhere, so no provider is called for them. */
export const importProvider = 'import'

const objectId = z.string().min(1).max(255)

/** An order has at most this many payment attempts. */
export const paymentAttemptsMax = 100
const attemptSchema = z.int().min(1).max(paymentAttemptsMax)

/** What the provider reports on the payment object of an attempt: provider, object id, amount in minor units. */
const paymentFact = {
  ...eventFields,
  attempt: attemptSchema,
  provider: providerNameSchema,
  providerObjectId: objectId,
  amount: amountSchema,
}

/** What the provider reports on a refund object. `paymentObjectId` is the payment that it refunds. */
const refundFact = {
  ...eventFields,
  refundId: idSchema,
  provider: providerNameSchema,
  paymentObjectId: objectId,
  providerObjectId: objectId,
  amount: amountSchema,
}

export const cancelReasons = ['requested', 'stock_lost', 'capture_failed'] as const
export const attentionReasons = [
  'provider_unreachable',
  'payment_outcome_unknown',
  'stock_shortfall',
  'refund_failed',
  'void_failed',
  'stock_settlement_failed',
  'payment_disputed',
  'payment_overdue',
  'refund_by_hand',
] as const
export type CancelReason = (typeof cancelReasons)[number]
export type AttentionReason = (typeof attentionReasons)[number]

/** Length of `detail` in characters. */
export const attentionDetailMax = 1_000

export const orderEventSchemas = {
  OrderPlaced: z.strictObject({
    ...eventFields,
    reservationId: idSchema,
    customerId: idSchema,
    /** Name, email and address in base64url, sealed under the customer's key: unreadable once that key is erased. */
    person: z.string().min(1).max(20_000),
    country: countrySchema,
    currency: currencySchema,
    lines: z.array(orderLineSchema).min(1).max(orderLinesMax),
    confirm: z.enum(['automatic', 'manual']),
    requestHash: z.string().min(1).max(128),
  }),

  /**
   * `expiresAt` is the order's expiry from here on; its holds were extended to it before. `provider` is absent in events
   * stored before the field was added: then it is the default provider.
   */
  PaymentRequested: z.strictObject({
    ...eventFields,
    attempt: attemptSchema,
    amount: positiveAmountSchema,
    currency: currencySchema,
    paymentMethod: z.string().min(1).max(255),
    expiresAt: instantSchema,
    provider: providerNameSchema.optional(),
  }),
  /** The provider refuses to create the payment for good, so the attempt has no object: an amount or currency that it never takes. */
  PaymentRefused: z.strictObject({
    ...eventFields,
    attempt: attemptSchema,
    provider: providerNameSchema,
    declineCode: z.string().min(1).max(255),
  }),
  PaymentIntentCreated: z.strictObject(paymentFact),
  PaymentActionRequired: z.strictObject(paymentFact),
  /**
   * `payBy`: the customer has to transfer the money until then. Absent if the provider takes the money. `confirmBy` is set on
   * manual orders: their holds are extended to it, and the order expires if nobody has confirmed it by then.
   */
  PaymentAuthorized: z.strictObject({
    ...paymentFact,
    authorizedUntil: instantSchema.nullable(),
    confirmBy: instantSchema.nullable(),
    payBy: instantSchema.optional(),
  }),
  PaymentDeclined: z.strictObject({ ...paymentFact, declineCode: z.string().min(1).max(255) }),
  OrderConfirmationRequested: z.strictObject(eventFields),
  OrderStockCommitted: z.strictObject(eventFields),
  /** The lines whose holds could not be committed. Appended together with OrderCancelled. */
  OrderStockLost: z.strictObject({ ...eventFields, lines: z.array(lineNumberSchema).min(1).max(orderLinesMax) }),
  PaymentCaptured: z.strictObject(paymentFact),
  PaymentCaptureFailed: z.strictObject({ ...paymentFact, reason: reasonSchema }),
  OrderConfirmed: z.strictObject(eventFields),

  OrderCancelled: z.strictObject({ ...eventFields, reason: z.enum(cancelReasons), note: reasonSchema.nullable() }),
  OrderExpired: z.strictObject(eventFields),
  PaymentVoided: z.strictObject(paymentFact),

  OrderShipped: z.strictObject({
    ...eventFields,
    shipmentId: idSchema,
    lines: lineQuantities.min(1),
    carrier: z.string().min(1).max(120).nullable(),
    trackingNumber: z.string().min(1).max(120).nullable(),
  }),
  OrderDelivered: z.strictObject(eventFields),
  OrderReturned: z.strictObject({
    ...eventFields,
    returnId: idSchema,
    lines: lineQuantities.min(1),
    restock: z.boolean(),
    reason: reasonSchema,
  }),
  /** `lines` is empty if the refund is of an amount. */
  RefundRequested: z.strictObject({
    ...eventFields,
    refundId: idSchema,
    provider: providerNameSchema,
    /** The payment to refund: an order can have two if a superseded attempt was captured late. */
    paymentObjectId: objectId,
    lines: lineQuantities,
    amount: positiveAmountSchema,
    reason: reasonSchema,
  }),
  PaymentRefunded: z.strictObject(refundFact),
  RefundFailed: z.strictObject({ ...refundFact, reason: reasonSchema }),
  PaymentDisputed: z.strictObject({ ...paymentFact, disputeId: objectId, reason: reasonSchema }),

  /** All stock effects of the order event at `revision` are appended. */
  OrderStockSettled: z.strictObject({ ...eventFields, revision: z.int().min(0) }),
  OrderNeedsAttention: z.strictObject({
    ...eventFields,
    reason: z.enum(attentionReasons),
    detail: z.string().max(attentionDetailMax),
    /** The provider that the call is about. Absent: no single one. */
    provider: providerNameSchema.optional(),
    /** The id of what the call is about: a refund, payment object, dispute, order line or order event. Absent: no single one. */
    subject: z.string().min(1).max(200).optional(),
  }),
  OrderAttentionResolved: z.strictObject({
    ...eventFields,
    action: z.enum(['resume', 'close']),
    reason: reasonSchema,
  }),
}

export type OrderEvent = EventOf<typeof orderEventSchemas>
