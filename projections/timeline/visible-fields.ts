import type { OrderEvent } from '#domain/order/events.ts'
import type { StockEvent } from '#domain/stock/events.ts'
import type { TimelineItem } from './table.ts'

type ShownEvent = OrderEvent | StockEvent
type FieldOf<Type extends ShownEvent['type']> = keyof Extract<ShownEvent, { readonly type: Type }>['data']

export type RefusedReservation = Extract<
  StockEvent,
  { readonly type: 'ReservationsRefused' }
>['data']['refusals'][number]

const levels = ['onHandAfter', 'heldAfter', 'committedAfter'] as const
const holdStep = ['at', 'commandId', 'reservationId', 'line', 'quantity', 'cause', ...levels] as const

/**
 * The fields of each event that its timeline item shows. The compiler demands a list for each new event type, and a new
 * field stays hidden until it is listed. Fields that identify a person are never listed: `person` is sealed, and
 * `requestHash` is a hash over it. An event without fields has no item, or one that `stock-items.ts` makes.
 */
export const visibleFields: { readonly [Type in ShownEvent['type']]: ReadonlyArray<FieldOf<Type>> } = {
  OrderPlaced: ['at', 'commandId', 'reservationId', 'customerId', 'country', 'currency', 'lines', 'confirm'],
  PaymentRequested: ['at', 'commandId', 'attempt', 'amount', 'currency', 'paymentMethod', 'expiresAt', 'provider'],
  PaymentRefused: ['at', 'commandId', 'attempt', 'provider', 'declineCode'],
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
  OrderNeedsAttention: ['at', 'commandId', 'reason', 'detail', 'provider', 'subject'],
  OrderAttentionResolved: ['at', 'commandId', 'action', 'reason'],

  StockReceived: [],
  StockAdjusted: [],
  StockCounted: [],
  SafetyStockSet: [],
  StockReserved: [...levels, 'at', 'commandId', 'reservationId', 'line', 'quantity', 'expiresAt'],
  ReservationsRefused: [],
  ReservationExtended: [...holdStep, 'expiresAt'],
  ReservationCommitted: holdStep,
  ReservationReleased: holdStep,
  ReservationExpired: holdStep,
  ReservationVoided: [...holdStep, 'reason'],
  ReservationReinstated: [...holdStep, 'expiresAt'],
  CommitmentCancelled: holdStep,
  StockShipped: [...holdStep, 'shippedAfter'],
  StockReturned: [...holdStep, 'returnedAfter', 'restocked'],
  StockShortfallFound: [],
}

const visibleRefusalFields: ReadonlyArray<keyof RefusedReservation> = [
  'reservationId',
  'line',
  'commandId',
  'quantity',
  'available',
  'reason',
  'final',
]

const pick = (data: object, fields: readonly string[]): TimelineItem['data'] =>
  Object.fromEntries(Object.entries(data).filter(([field]) => fields.includes(field)))

/** The visible fields of the event's data. */
export const visibleData = ({ type, data }: ShownEvent): TimelineItem['data'] => pick(data, visibleFields[type])

/** The visible fields of one entry of ReservationsRefused. */
export const visibleRefusal = (refusal: RefusedReservation): TimelineItem['data'] => pick(refusal, visibleRefusalFields)
