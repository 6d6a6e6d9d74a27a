import type { OrderEvent } from '#domain/order/events.ts'
import type { TimelineItem } from './table.ts'

type Fields<Type extends OrderEvent['type']> = ReadonlyArray<keyof Extract<OrderEvent, { readonly type: Type }>['data']>

/**
 * The fields of each order event that its timeline item shows. The compiler demands a list for each new event type, and a
 * new field stays hidden until it is listed. Fields that identify a person are never listed: `person` is sealed, and
 * `requestHash` is a hash over it.
 */
export const visibleFields: { readonly [Type in OrderEvent['type']]: Fields<Type> } = {
  OrderPlaced: ['at', 'commandId', 'reservationId', 'customerId', 'country', 'currency', 'lines', 'confirm'],
  PaymentRequested: ['at', 'commandId', 'attempt', 'amount', 'currency', 'paymentMethod', 'expiresAt', 'provider'],
  PaymentIntentCreated: ['at', 'commandId', 'attempt', 'provider', 'providerObjectId', 'amount'],
  PaymentActionRequired: ['at', 'commandId', 'attempt', 'provider', 'providerObjectId', 'amount'],
  PaymentAuthorized: [
    'at',
    'commandId',
    'attempt',
    'provider',
    'providerObjectId',
    'amount',
    'authorizedUntil',
    'confirmBy',
    'payBy',
  ],
  PaymentDeclined: ['at', 'commandId', 'attempt', 'provider', 'providerObjectId', 'amount', 'declineCode'],
  OrderConfirmationRequested: ['at', 'commandId'],
  OrderStockCommitted: ['at', 'commandId'],
  OrderStockLost: ['at', 'commandId', 'lines'],
  PaymentCaptured: ['at', 'commandId', 'attempt', 'provider', 'providerObjectId', 'amount'],
  PaymentCaptureFailed: ['at', 'commandId', 'attempt', 'provider', 'providerObjectId', 'amount', 'reason'],
  OrderConfirmed: ['at', 'commandId'],
  OrderCancelled: ['at', 'commandId', 'reason', 'note'],
  OrderExpired: ['at', 'commandId'],
  PaymentVoided: ['at', 'commandId', 'attempt', 'provider', 'providerObjectId', 'amount'],
  OrderShipped: ['at', 'commandId', 'shipmentId', 'lines', 'carrier', 'trackingNumber'],
  OrderDelivered: ['at', 'commandId'],
  OrderReturned: ['at', 'commandId', 'returnId', 'lines', 'restock', 'reason'],
  RefundRequested: ['at', 'commandId', 'refundId', 'provider', 'paymentObjectId', 'lines', 'amount', 'reason'],
  PaymentRefunded: ['at', 'commandId', 'refundId', 'provider', 'paymentObjectId', 'providerObjectId', 'amount'],
  RefundFailed: ['at', 'commandId', 'refundId', 'provider', 'paymentObjectId', 'providerObjectId', 'amount', 'reason'],
  PaymentDisputed: ['at', 'commandId', 'attempt', 'provider', 'providerObjectId', 'amount', 'disputeId', 'reason'],
  OrderStockSettled: ['at', 'commandId', 'revision'],
  OrderNeedsAttention: ['at', 'commandId', 'reason', 'detail'],
  OrderAttentionResolved: ['at', 'commandId', 'action', 'reason'],
}

/** The visible fields of the event's data. */
export const visibleData = (event: OrderEvent): TimelineItem['data'] => {
  const visible: readonly string[] = visibleFields[event.type]
  return Object.fromEntries(Object.entries(event.data).filter(([field]) => visible.includes(field)))
}
