import { capturedOf, type OrderRecord, orderPlaced, refundedOf, takeOrderEvent } from '#audit/verify/order-record.ts'
import { createStockOracle } from '#audit/verify/stock-oracle.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { orderStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { isOrderEvent, isStockEvent } from '#projections/events.ts'

export type Unfinished = {
  /** Orders that the platform still has to bring to an end by itself. */
  readonly orders: readonly string[]
  /** Holds whose time is over, and holds and commitments of orders that have ended. */
  readonly holds: readonly string[]
}

/** The sweep looks for due orders and holds every second, and the read model that it asks may lag. */
const lateMilliseconds = 5_000

const whyUnfinished = (order: OrderRecord, at: number): string | undefined => {
  if (order.needsAttention) return undefined
  if (order.pending.size > 0) return `${[...order.pending].join(', ')} is not done`
  if (order.attemptOpen) return 'its payment has no outcome'
  if (order.status === 'authorized' && order.waitsUntil === null) return 'it is authorized but not confirmed'
  const kept = [...order.payments.keys()].filter((payment) => capturedOf(order, payment) > refundedOf(order, payment))
  if (order.status === 'ended' && kept.length > 0) return 'it has ended, but its money is not refunded'
  const isOver = order.waitsUntil !== null && at - order.waitsUntil > lateMilliseconds
  return isOver && (order.status === 'open' || order.status === 'authorized') ? 'it should have expired' : undefined
}

/** By order stream: payment objects that were created and neither captured nor voided. */
const openObjects = (events: Iterable<RecordedEvent>): ReadonlyMap<string, ReadonlySet<string>> => {
  const open = new Map<string, Set<string>>()
  for (const event of events) {
    if (event.type === 'PaymentIntentCreated')
      open.set(event.stream, (open.get(event.stream) ?? new Set()).add(event.data.providerObjectId))
    if (event.type === 'PaymentCaptured' || event.type === 'PaymentVoided')
      open.get(event.stream)?.delete(event.data.providerObjectId)
  }
  return open
}

const orderRecords = (events: Iterable<RecordedEvent>): ReadonlyMap<string, OrderRecord> => {
  const orders = new Map<string, OrderRecord>()
  for (const event of events) {
    if (!isOrderEvent(event)) continue
    const order = orders.get(event.stream)
    if (event.type === 'OrderPlaced') orders.set(event.stream, orderPlaced(event))
    else if (order !== undefined) takeOrderEvent(order, event)
  }
  return orders
}

/** Reads the log alone. "Now" is the timestamp of its last event. */
export const unfinishedOf = (events: readonly RecordedEvent[]): Unfinished => {
  const at = events.at(-1)?.created ?? 0
  const orders = orderRecords(events)
  const objects = openObjects(events)
  const stock = createStockOracle()
  for (const event of events) if (isStockEvent(event)) stock.take(event)
  return {
    orders: [...orders].flatMap(([stream, order]) => {
      const isOver = (order.status === 'ended' || order.status === 'sold') && !order.needsAttention
      const left = isOver ? [...(objects.get(stream) ?? [])] : []
      const why = left.length > 0 ? `${left.join(', ')} is neither captured nor voided` : whyUnfinished(order, at)
      return why === undefined ? [] : [`${stream}: ${why}`]
    }),
    holds: [...stock.openHolds()].flatMap(({ stream, reservationId, line, stage, expiresAt }) => {
      const order = orders.get(orderStream(orderIdOf(reservationId)))
      if (order?.needsAttention) return []
      const isLeaked = order?.status === 'ended' || (stage === 'held' && at - expiresAt > lateMilliseconds)
      return isLeaked ? [`${stream}: line ${line} of reservation ${reservationId} is still ${stage}`] : []
    }),
  }
}
