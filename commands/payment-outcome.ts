import { unreachable } from '#domain/assert.ts'
import { currentAttempt, isOpen, payByOf } from '#domain/order/attempts.ts'
import type { OrderRefusal } from '#domain/order/commands.ts'
import type { Attempt, Order } from '#domain/order/state.ts'

/** `pending`: the outcome is not known at the deadline. Repeat the call with the same key, or read the order. */
export type PaymentOutcome =
  | { readonly status: 'confirmed' | 'authorized' | 'requires_action' | 'pending' }
  /** The code is null if the provider voided the payment without a reason. */
  | { readonly status: 'declined'; readonly declineCode: string | null }
  | OrderRefusal

/** The attempt did not become a sale, and the order stays payable by another attempt. */
const isDeclined = (attempt: Attempt, order: Order): boolean => {
  const isOver = !isOpen(attempt) && attempt.phase !== 'captured'
  return isOver && (attempt.declineCode !== null || attempt !== currentAttempt(order) || order.status === 'placed')
}

/** Whether an outcome is not a refusal and has this status. */
export const hasStatus = (outcome: PaymentOutcome, status: 'pending' | 'requires_action'): boolean =>
  'status' in outcome && outcome.status === status

/** The outcome of an attempt. A later attempt does not change the answer to an earlier one. */
export const paymentOutcome = (order: Order, number: number): PaymentOutcome => {
  const attempt = order.attempts.find((known) => known.attempt === number && !known.stray)
  if (attempt !== undefined && isDeclined(attempt, order))
    return { status: 'declined', declineCode: attempt.declineCode }
  switch (order.status) {
    case 'confirmed':
    case 'shipped':
    case 'delivered':
    case 'returned':
      return { status: 'confirmed' }
    case 'authorized':
      return { status: order.confirm === 'manual' || payByOf(order) !== null ? 'authorized' : 'pending' }
    case 'requires_action':
      return { status: 'requires_action' }
    case 'placed':
      return { status: 'pending' }
    case 'expired':
      return { code: 'expired' }
    case 'cancelled':
      return { code: order.reason === 'stock_lost' ? 'stock_lost' : 'not_payable' }
    default:
      return unreachable(order)
  }
}
