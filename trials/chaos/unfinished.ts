import { capturedOf, type OrderRecord, orderPlaced, refundedOf, takeOrderEvent } from '#audit/verify/order-record.ts'
import { createStockOracle } from '#audit/verify/stock-oracle.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { orderStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { isOrderEvent, isStockEvent } from '#projections/events.ts'

export type Unfinished = {
  /** What is on its way, and must come to its end by itself. */
  readonly orders: readonly string[]
  /** Holds past their time, or of an order that has ended. */
  readonly holds: readonly string[]
}

/** The sweep looks every second, and needs a read model that has got there. */
const lateMilliseconds = 5_000

const whyUnfinished = (order: OrderRecord, at: number): string | undefined => {
  if (order.needsAttention) return undefined
  if (order.pending.size > 0) return `${[...order.pending].join(', ')} is not done`
  if (order.attemptOpen) return 'its payment has no outcome'
  if (order.status === 'authorized' && order.waitsUntil === null) return 'it is authorized and not confirmed'
  const kept = [...order.payments.keys()].filter((payment) => capturedOf(order, payment) > refundedOf(order, payment))
  if (order.status === 'ended' && kept.length > 0) return 'it has ended, and its money is not given back'
  const isOver = order.waitsUntil !== null && at - order.waitsUntil > lateMilliseconds
  return isOver && (order.status === 'open' || order.status === 'authorized') ? 'it should have expired' : undefined
}

/** Payment objects that were made and are neither captured nor let go, of orders that need none any more. */
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

/** Read off the log alone; `at` is its own time at its end. */
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
      const why = left.length > 0 ? `${left.join(', ')} is not let go` : whyUnfinished(order, at)
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
