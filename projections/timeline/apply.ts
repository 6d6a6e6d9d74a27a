import { assert } from '#domain/assert.ts'
import type { RecordedEvent } from '#domain/events.ts'
import type { OrderEvent } from '#domain/order/events.ts'
import type { StockEvent } from '#domain/stock/events.ts'
import { streamKeyOf } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import type { Projection, Rows, RowWrite } from '../ports.ts'
import { put, rowKey } from '../rows.ts'
import { orderText } from './order-text.ts'
import { stockItems } from './stock-items.ts'
import { type TimelineItem, timelineOrderTable, timelineTable } from './table.ts'
import { visibleData } from './visible-fields.ts'

const itemOf = (
  event: RecordedEvent,
  { orderId, text, data }: { readonly orderId: string; readonly text: string; readonly data: TimelineItem['data'] },
): RowWrite =>
  put(timelineTable, {
    order_id: orderId,
    log_position: Number(event.position),
    stream: event.stream,
    revision: event.revision,
    at: event.metadata.occurredAt ?? event.data.at,
    type: event.type,
    actor: event.metadata.actor,
    cause: event.metadata.$causationId,
    text,
    data,
  })

const applyOrder = (event: RecordedEvent<OrderEvent>, rows: Rows): readonly RowWrite[] => {
  const orderId = streamKeyOf(event.stream)
  if (event.type === 'OrderPlaced') {
    const { currency } = event.data
    const item = itemOf(event, { orderId, text: orderText(event, currency), data: visibleData(event) })
    return [put(timelineOrderTable, { order_id: orderId, currency }), item]
  }
  const order = rows.get(timelineOrderTable, [orderId])
  assert(order !== undefined, `${event.type} of an order that was never placed: ${orderId}`)
  return [itemOf(event, { orderId, text: orderText(event, order.currency), data: visibleData(event) })]
}

/** Events of a reservation belong to the order that it became or would have become: the order's id derives from it. */
const applyStock = (event: RecordedEvent<StockEvent>): readonly RowWrite[] =>
  stockItems(event).map(({ reservationId, text, data }) =>
    itemOf(event, { orderId: orderIdOf(reservationId), text, data }),
  )

export const timelineProjection: Projection = {
  name: 'timeline',
  tables: [timelineTable, timelineOrderTable],
  on: {
    order: {
      keysOf: ({ stream, type }) => (type === 'OrderPlaced' ? [] : [rowKey(timelineOrderTable, streamKeyOf(stream))]),
      apply: applyOrder,
    },
    stock: { keysOf: () => [], apply: applyStock },
  },
}
