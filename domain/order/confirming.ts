import type { Instant } from '../values/instant.ts'
import { currentAttempt } from './attempts.ts'
import type { EventsOrRefusal, RecordStockCommitted, RecordStockLost, RequestConfirmation } from './commands.ts'
import type { OrderEvent } from './events.ts'
import { refundsOfPayments } from './refunding.ts'
import { isUnconfirmed, type Order } from './state.ts'

/** Staff confirm an order with manual confirmation. Refused after `confirmBy`, the time that its holds were extended to. */
export const decideRequestConfirmation = (command: RequestConfirmation, order: Order, at: Instant): EventsOrRefusal => {
  if (order.status === 'expired') return 'expired'
  if (order.status === 'cancelled') return order.reason === 'stock_lost' ? 'stock_lost' : 'not_confirmable'
  if (order.confirmationRequested !== null) return []
  if (order.confirm !== 'manual' || order.status !== 'authorized') return 'not_confirmable'
  const current = currentAttempt(order)
  if (current?.phase === 'authorized' && current.confirmBy !== null && at >= current.confirmBy) return 'expired'
  return [{ type: 'OrderConfirmationRequested', data: { at, commandId: command.commandId } }]
}

/**
 * Every hold is committed. If the money was captured before, the order is confirmed now. Gives no event if the order has
 * ended meanwhile: closing its holds cancels commitments too.
 */
export const decideStockCommitted = (command: RecordStockCommitted, order: Order, at: Instant): EventsOrRefusal => {
  if (!isUnconfirmed(order) || order.stock.type !== 'held') return []
  const { commandId } = command
  const committed: OrderEvent = { type: 'OrderStockCommitted', data: { at, commandId } }
  const captured = currentAttempt(order)?.phase === 'captured'
  return captured ? [committed, { type: 'OrderConfirmed', data: { at, commandId } }] : [committed]
}

/** A hold is lost for good: the order is cancelled and captured money refunded. Committed stock cannot be lost. */
export const decideStockLost = (command: RecordStockLost, order: Order, at: Instant): EventsOrRefusal => {
  if (!isUnconfirmed(order) || order.stock.type !== 'held') return []
  const { commandId, lines } = command
  return [
    { type: 'OrderStockLost', data: { at, commandId, lines: [...lines] } },
    { type: 'OrderCancelled', data: { at, commandId, reason: 'stock_lost', note: null } },
    ...refundsOfPayments(order, { at, commandId, reason: 'stock_lost' }),
  ]
}
