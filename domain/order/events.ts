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
  /** Revision of the product's stream at which this price stood; null where an import says the price. */
  priceRevision: z.int().min(0).nullable(),
  /** The hold's first expiry: the fence that commit, extend and release name. */
  expiresAt: instantSchema,
})
export type OrderLine = Readonly<z.infer<typeof orderLineSchema>>

/** How many units of which lines a shipment, a return or a refund moved. */
const lineQuantities = z.array(z.strictObject({ line: lineNumberSchema, quantity: quantitySchema })).max(orderLinesMax)
export type LineQuantity = Readonly<z.infer<typeof lineQuantities>[number]>

/** The provider of past sales that were imported: they were paid elsewhere, so no provider is ever called for them. */
export const importProvider = 'import'

const objectId = z.string().min(1).max(255)

/** An order can be tried to be paid this often. */
export const paymentAttemptsMax = 100
const attemptSchema = z.int().min(1).max(paymentAttemptsMax)

/** What the provider said about the object of one attempt: its name, the object's id, the amount in minor units. */
const paymentFact = {
  ...eventFields,
  attempt: attemptSchema,
  provider: providerNameSchema,
  providerObjectId: objectId,
  amount: amountSchema,
}

/** What the provider said about one refund object; `paymentObjectId` is the payment that it gives back. */
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

/** Characters that a call for attention says at most. */
export const attentionDetailMax = 1_000

export const orderEventSchemas = {
  OrderPlaced: z.strictObject({
    ...eventFields,
    reservationId: idSchema,
    customerId: idSchema,
    /** Name, email and address, sealed under the customer's key: base64url, unreadable once the key is erased. */
    person: z.string().min(1).max(20_000),
    country: countrySchema,
    currency: currencySchema,
    lines: z.array(orderLineSchema).min(1).max(orderLinesMax),
    confirm: z.enum(['automatic', 'manual']),
    requestHash: z.string().min(1).max(128),
  }),

  /**
   * `expiresAt` is the order's from here on: the holds were extended to it before. `provider` is absent in events stored
   * before it was added: then it is the default provider.
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
  PaymentIntentCreated: z.strictObject(paymentFact),
  PaymentActionRequired: z.strictObject(paymentFact),
  /**
   * `payBy`: the customer transfers the money without the provider taking it, and has until then; absent where the provider
   * takes it. `confirmBy` is set on manual orders: the holds are extended to it, if nobody
   * has confirmed by then, the order expires.
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
  /** The lines that could not be committed. Appended together with OrderCancelled. */
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
  /** `lines` is empty where an amount was named instead. */
  RefundRequested: z.strictObject({
    ...eventFields,
    refundId: idSchema,
    provider: providerNameSchema,
    /** The payment to give back: more than one can have been captured when a superseded attempt went through late. */
    paymentObjectId: objectId,
    lines: lineQuantities,
    amount: positiveAmountSchema,
    reason: reasonSchema,
  }),
  PaymentRefunded: z.strictObject(refundFact),
  RefundFailed: z.strictObject({ ...refundFact, reason: reasonSchema }),
  PaymentDisputed: z.strictObject({ ...paymentFact, disputeId: objectId, reason: reasonSchema }),

  /** All stock effects of the order event at `revision` are written. */
  OrderStockSettled: z.strictObject({ ...eventFields, revision: z.int().min(0) }),
  OrderNeedsAttention: z.strictObject({
    ...eventFields,
    reason: z.enum(attentionReasons),
    detail: z.string().max(attentionDetailMax),
  }),
  OrderAttentionResolved: z.strictObject({
    ...eventFields,
    action: z.enum(['resume', 'close']),
    reason: reasonSchema,
  }),
}

export type OrderEvent = EventOf<typeof orderEventSchemas>
