import type { Instant } from '../values/instant.ts'
import { currentAttempt, isOpen } from './attempts.ts'
import type { CancelOrder, EventsOrRefusal, ExpireOrder } from './commands.ts'
import { refundsOfPayments } from './refunding.ts'
import { isUnconfirmed, type Order } from './state.ts'

/**
 * Possible until the first shipment. Captured money is refunded in the same decision; the process voids what is not
 * captured.
 */
export const decideCancel = (command: CancelOrder, order: Order, at: Instant): EventsOrRefusal => {
  if (order.status === 'cancelled') return []
  if (order.status === 'expired') return 'expired'
  if (order.shipments.length > 0) return 'already_shipped'
  if (!isUnconfirmed(order) && order.status !== 'confirmed') return 'not_cancellable'
  const { commandId, note } = command
  return [
    { type: 'OrderCancelled', data: { at, commandId, reason: 'requested', note } },
    ...refundsOfPayments(order, { at, commandId, reason: 'order_cancelled' }),
  ]
}

/**
 * When the order expires if nothing happens before: at `expiresAt` while it is unpaid, at `confirmBy` while an authorized
 * order waits for its manual confirmation. Null while the outcome of a payment is unknown, and once the order cannot expire
 * any more.
 */
export const expiryOf = (order: Order): Instant | null => {
  if (!isUnconfirmed(order)) return null
  const current = currentAttempt(order)
  if (order.status === 'authorized') {
    const waits = current?.phase === 'authorized' && order.confirm === 'manual' && order.confirmationRequested === null
    return waits && order.stock.type === 'held' ? current.confirmBy : null
  }
  const known = current === undefined || !isOpen(current) || current.phase === 'requires_action'
  return known ? order.expiresAt : null
}

export const decideExpire = (command: ExpireOrder, order: Order, at: Instant): EventsOrRefusal => {
  if (order.status === 'expired') return []
  const expiry = expiryOf(order)
  if (expiry === null || at < expiry) return 'not_expirable'
  return [{ type: 'OrderExpired', data: { at, commandId: command.commandId } }]
}
