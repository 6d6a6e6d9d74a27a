import { next } from '#domain/checkout/next.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { expiryOf } from '#domain/order/ending.ts'
import type { OrderEvent } from '#domain/order/events.ts'
import { evolve } from '#domain/order/evolve.ts'
import { initialOrder, type Order } from '#domain/order/state.ts'
import { streamKeyOf } from '#domain/streams.ts'
import { orderNumberOf } from '#domain/values/order-number.ts'
import type { Projection, Rows, RowWrite } from '../ports.ts'
import { put, rowKey } from '../rows.ts'
import { revenueOf } from './revenue.ts'
import { type OrderRow, orderTable, revenueTable } from './table.ts'

type Recorded = RecordedEvent<OrderEvent>

const momentOf = ({ data, metadata }: Recorded): number => metadata.occurredAt ?? data.at

const rowOf = (event: Recorded, order: Order, before: OrderRow | undefined): OrderRow => {
  const orderId = streamKeyOf(event.stream)
  const attention = order.attention.find(({ state }) => state === 'open')
  return {
    order_id: orderId,
    order_number: before?.order_number ?? orderNumberOf(orderId),
    status: order.status,
    customer_id: order.customerId,
    reservation_id: order.reservationId,
    total: order.total,
    currency: order.currency,
    country: order.country,
    placed_at: before?.placed_at ?? momentOf(event),
    confirmed_at: event.type === 'OrderConfirmed' ? momentOf(event) : (before?.confirmed_at ?? null),
    updated_at: event.data.at,
    expires_at: expiryOf(order),
    look_again_at: next(order, event.data.at).lookAgainAt,
    needs_attention: attention !== undefined,
    attention_reason: attention?.reason ?? null,
    attention_at: attention?.since.at ?? null,
    revision: event.revision,
    state: order,
  }
}

/** The row holds the domain's own folded state, so `evolve` handles every type of order event. */
const applyOrder = (event: Recorded, rows: Rows): readonly RowWrite[] => {
  const before = rows.get(orderTable, [streamKeyOf(event.stream)])
  // Only its own stream writes an order's row, so an event that comes again is already in it.
  if (before !== undefined && event.revision <= before.revision) return []
  const row = rowOf(event, evolve(before?.state ?? initialOrder(), event, event.revision), before)
  const fact = revenueOf(event, row, momentOf(event))
  return [put(orderTable, row), ...(fact ? [put(revenueTable, fact)] : [])]
}

export const ordersProjection: Projection = {
  name: 'orders',
  tables: [orderTable, revenueTable],
  on: { order: { keysOf: ({ stream }) => [rowKey(orderTable, streamKeyOf(stream))], apply: applyOrder } },
}
