import { unreachable } from '../assert.ts'
import type { Instant } from '../values/instant.ts'
import { currentAttempt, isOpen } from './attempts.ts'
import type { EventsOrRefusal, ImportPaid, OrderRefusalCode, RequestPayment } from './commands.ts'
import { importProvider, paymentAttemptsMax } from './events.ts'
import type { Order } from './state.ts'

/** Why the order cannot be paid in its status, or null if it can. */
const unpayable = (order: Order): OrderRefusalCode | null => {
  switch (order.status) {
    case 'placed':
      return null
    case 'requires_action':
      return 'payment_in_progress'
    case 'authorized':
    case 'confirmed':
    case 'shipped':
    case 'delivered':
    case 'returned':
      return 'already_paid'
    case 'expired':
      return 'expired'
    case 'cancelled':
      return order.reason === 'stock_lost' ? 'stock_lost' : 'not_payable'
    default:
      return unreachable(order)
  }
}

/**
 * At most one attempt is open. A declined or voided one leaves the order payable, at once: the process voids the declined
 * object before it creates the next. The caller has extended the holds to `expiresAt` before.
 */
export const decideRequestPayment = (command: RequestPayment, order: Order, at: Instant): EventsOrRefusal => {
  const refusal = unpayable(order)
  if (refusal !== null) return refusal
  const current = currentAttempt(order)
  if (current !== undefined && isOpen(current)) return 'payment_in_progress'
  const expiresAt = order.extended ? order.expiresAt : Math.max(order.expiresAt, command.expiresAt)
  if (at >= expiresAt) return 'expired'
  if (order.total === 0) return 'not_payable'
  const attempt = (current?.attempt ?? 0) + 1
  if (attempt > paymentAttemptsMax) return 'too_many_attempts'
  const { commandId, provider, paymentMethod } = command
  const { total: amount, currency } = order
  const request = { attempt, amount, currency, paymentMethod, expiresAt, provider }
  return [{ type: 'PaymentRequested', data: { at, commandId, ...request } }]
}

/** Records all of a past payment in one decision, so that the checkout process has nothing left to do. */
export const decideImportPaid = (command: ImportPaid, order: Order, at: Instant): EventsOrRefusal => {
  const { commandId, paymentMethod, providerObjectId } = command
  const imported = order.attempts.some(
    (attempt) => attempt.phase === 'captured' && attempt.providerObjectId === providerObjectId,
  )
  if (imported) return []
  const refusal = unpayable(order)
  if (refusal !== null) return refusal
  if (order.attempts.length > 0 || order.stock.type !== 'held' || order.total === 0) return 'not_payable'
  const { total: amount, currency, expiresAt } = order
  const provider = importProvider
  const fact = { at, commandId, attempt: 1, provider, providerObjectId, amount } as const
  const request = { attempt: 1, amount, currency, paymentMethod, expiresAt, provider }
  return [
    { type: 'PaymentRequested', data: { at, commandId, ...request } },
    { type: 'PaymentAuthorized', data: { ...fact, authorizedUntil: null, confirmBy: null } },
    { type: 'OrderStockCommitted', data: { at, commandId } },
    { type: 'PaymentCaptured', data: fact },
    { type: 'OrderConfirmed', data: { at, commandId } },
  ]
}
