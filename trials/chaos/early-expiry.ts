import { type OrderRecord, orderPlaced, takeOrderEvent } from '#audit/verify/order-record.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { isOrderEvent } from '#projections/events.ts'

// Nobody may lose a hold or an order because some clock is wrong. "Early" is measured with the log's own timestamps.

/** Holds that expired before their `expiresAt`. */
export const holdsExpiredEarly = (events: Iterable<RecordedEvent>): readonly string[] => {
  const expiresAt = new Map<string, number>()
  const early: string[] = []
  for (const event of events) {
    if (event.type !== 'StockReserved' && event.type !== 'ReservationExtended' && event.type !== 'ReservationExpired')
      continue
    const hold = `${event.stream} ${event.data.reservationId}/${event.data.line}`
    if (event.type !== 'ReservationExpired') {
      expiresAt.set(hold, event.data.expiresAt)
      continue
    }
    const left = (expiresAt.get(hold) ?? 0) - event.created
    if (left > 0) early.push(`${hold} expired ${left} ms too early`)
  }
  return early
}

/** Orders that expired while they could still be paid or confirmed, or when nothing was left for the customer to do. */
export const ordersExpiredEarly = (events: Iterable<RecordedEvent>): readonly string[] => {
  const orders = new Map<string, OrderRecord>()
  const early: string[] = []
  for (const event of events) {
    if (!isOrderEvent(event)) continue
    const order = orders.get(event.stream)
    if (event.type === 'OrderPlaced') orders.set(event.stream, orderPlaced(event))
    if (event.type === 'OrderPlaced' || order === undefined) continue
    const left = (order.waitsUntil ?? Number.POSITIVE_INFINITY) - event.created
    if (event.type === 'OrderExpired' && left > 0) early.push(`${event.stream} expired ${left} ms too early`)
    takeOrderEvent(order, event)
  }
  return early
}
