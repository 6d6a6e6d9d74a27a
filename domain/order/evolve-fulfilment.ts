import { assert } from '../assert.ts'
import type { OrderEvent } from './events.ts'
import { allOf, isNothing, unreturned, unshipped, withTotals } from './quantities.ts'
import { isEnded, isUnconfirmed, type Moment, type Order } from './state.ts'

// The part of the fold that moves units: the stock effects that shipments and returns need, and that they are settled.

type Of<Type extends OrderEvent['type']> = Extract<OrderEvent, { type: Type }>

export const shipped = (order: Order, { data }: Of<'OrderShipped'>, since: Moment): Order => {
  assert(order.status === 'confirmed', `Order shipped in status ${order.status}`)
  const { at, shipmentId, lines, carrier, trackingNumber } = data
  const shipments = [...order.shipments, { shipmentId, at, lines, carrier, trackingNumber }]
  const moved = { since, kind: 'ship', lines: withTotals(lines, shipments) } as const
  const after: Order = { ...order, shipments, unsettled: [...order.unsettled, moved] }
  const left = unshipped(after)
  assert(
    [...left.values()].every((quantity) => quantity >= 0),
    `Shipment ${shipmentId} exceeds the order`,
  )
  return isNothing(left) ? { ...after, status: 'shipped' } : after
}

export const returned = (order: Order, { data }: Of<'OrderReturned'>, since: Moment): Order => {
  assert(!isUnconfirmed(order) && !isEnded(order), `Order returned in status ${order.status}`)
  const { at, returnId, lines, restock, reason } = data
  const returns = [...order.returns, { returnId, at, lines, restock, reason }]
  const moved = { since, kind: 'return', lines: withTotals(lines, returns), restock } as const
  const after: Order = { ...order, returns, unsettled: [...order.unsettled, moved] }
  const left = unreturned(after)
  assert(
    [...left.values()].every((quantity) => quantity >= 0),
    `Return ${returnId} exceeds what was shipped`,
  )
  return isNothing(left) && allOf(unshipped(after)).length === 0 ? { ...after, status: 'returned' } : after
}

export const settled = (order: Order, { data }: Of<'OrderStockSettled'>): Order => {
  const unsettled = order.unsettled.filter((item) => item.since.revision !== data.revision)
  assert(unsettled.length < order.unsettled.length, `Revision ${data.revision} has no stock effects left to settle`)
  return { ...order, unsettled }
}
