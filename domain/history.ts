import type { EventType } from './events.ts'

// Stored events never change. `versions` holds the version under which each type is stored today. To change a stored shape,
// give its type the next version here, and add to `lifts` the function that turns the old shape into the new one. Every old
// version stays readable.

const versions: Readonly<Record<EventType, number>> = {
  ProductListed: 1,
  ProductDescribed: 1,
  ProductPriced: 1,
  ProductDiscontinued: 1,
  StockReceived: 1,
  StockAdjusted: 1,
  StockCounted: 1,
  SafetyStockSet: 1,
  StockReserved: 1,
  ReservationsRefused: 1,
  ReservationExtended: 1,
  ReservationCommitted: 1,
  ReservationReleased: 1,
  ReservationExpired: 1,
  ReservationVoided: 1,
  ReservationReinstated: 1,
  CommitmentCancelled: 1,
  StockShipped: 1,
  StockReturned: 1,
  StockShortfallFound: 1,
  OrderPlaced: 1,
  PaymentRequested: 1,
  PaymentRefused: 1,
  PaymentIntentCreated: 1,
  PaymentActionRequired: 1,
  PaymentAuthorized: 1,
  PaymentDeclined: 1,
  OrderConfirmationRequested: 1,
  OrderStockCommitted: 1,
  OrderStockLost: 1,
  PaymentCaptured: 1,
  PaymentCaptureFailed: 1,
  OrderConfirmed: 1,
  OrderCancelled: 1,
  OrderExpired: 1,
  PaymentVoided: 1,
  OrderShipped: 1,
  OrderDelivered: 1,
  OrderReturned: 1,
  RefundRequested: 1,
  PaymentRefunded: 1,
  RefundFailed: 1,
  PaymentDisputed: 1,
  OrderStockSettled: 1,
  OrderNeedsAttention: 1,
  OrderAttentionResolved: 1,
  CustomerErased: 1,
  ProviderEventReceived: 1,
  ProviderEventApplied: 1,
  ClockTicked: 1,
  ImportAdvanced: 1,
}

type Lift = (data: unknown) => unknown

/** For each type the functions from version 1 to 2, from 2 to 3, and so on: one fewer than its version. */
const lifts: { readonly [Type in EventType]?: readonly Lift[] } = {}

const isEventType = (type: string): type is EventType => Object.hasOwn(versions, type)

/** The type string under which an event is stored. */
export const storedTypeOf = (type: EventType): string => `${type}.v${versions[type]}`

export type StoredShape = { readonly type: string; readonly version: number; readonly data: unknown }

/** Splits a stored type string into type and version; the version is 0 if Holdfast did not write the string. */
export const parseStoredType = (storedType: string): { readonly type: string; readonly version: number } => {
  const match = /^([A-Za-z]+)\.v(\d{1,4})$/.exec(storedType)
  return match ? { type: match[1] ?? '', version: Number(match[2]) } : { type: storedType, version: 0 }
}

/** Turns data of a stored version into today's shape. Undefined if this release does not know the type or version. */
export const upcast = ({ type, version, data }: StoredShape): unknown => {
  if (!isEventType(type) || version < 1 || version > versions[type]) return undefined
  return lifts[type] === undefined ? data : lifts[type].slice(version - 1).reduce((lifted, lift) => lift(lifted), data)
}
