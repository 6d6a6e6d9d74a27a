import { derivedId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { DeliverOrder, EventsOrRefusal, ReturnOrder, ShipOrder } from './commands.ts'
import { allOf, isNothing, spread, unreturned, unshipped } from './quantities.ts'
import type { Order } from './state.ts'

export const decideShip = (command: ShipOrder, order: Order, at: Instant): EventsOrRefusal => {
  if (order.status !== 'confirmed') return 'not_shippable'
  const { commandId, carrier, trackingNumber } = command
  const left = unshipped(order)
  const lines = command.lines === null ? allOf(left) : spread(order, command.lines, left)
  if (lines === 'line_not_found') return lines
  if (lines === 'too_many') return 'quantity_exceeds_unshipped'
  if (lines.length === 0) return 'not_shippable'
  const shipmentId = derivedId('shipment', commandId)
  return [{ type: 'OrderShipped', data: { at, commandId, shipmentId, lines: [...lines], carrier, trackingNumber } }]
}

/** Once for the whole order, after all of it was shipped. */
export const decideDeliver = (command: DeliverOrder, order: Order, at: Instant): EventsOrRefusal => {
  if (order.status === 'delivered') return []
  if (order.status !== 'shipped') return 'not_deliverable'
  return [{ type: 'OrderDelivered', data: { at, commandId: command.commandId } }]
}

/** Takes back shipped units. A return refunds nothing: a refund is a command of its own. */
export const decideReturn = (command: ReturnOrder, order: Order, at: Instant): EventsOrRefusal => {
  const left = unreturned(order)
  if (isNothing(left)) return 'not_returnable'
  const { commandId, restock, reason } = command
  const lines = spread(order, command.lines, left)
  if (lines === 'line_not_found') return lines
  if (lines === 'too_many') return 'quantity_exceeds_shipped'
  if (lines.length === 0) return 'not_returnable'
  const returnId = derivedId('return', commandId)
  return [{ type: 'OrderReturned', data: { at, commandId, returnId, lines: [...lines], restock, reason } }]
}
