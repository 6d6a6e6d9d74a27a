import type { OrderUseCaseRefusal } from '#commands/order-answers.ts'
import { unreachable } from '#domain/assert.ts'
import type { OrderCommandRefusal } from '../contract/order.ts'
import { refuse } from '../problems.ts'

/** The refusal of an order as callers see it. */
export const orderRefusal = (code: OrderUseCaseRefusal['code']): OrderCommandRefusal => {
  switch (code) {
    case 'not_found':
      return refuse('order_not_found', 'There is no such order.')
    case 'already_placed':
      return refuse(
        'already_placed',
        'This reservation was placed with another customer, address or kind of confirmation.',
      )
    case 'expired':
      return refuse('expired', 'The time to pay is over and the stock was released: reserve again.')
    case 'total_too_large':
      return refuse('total_too_large', 'The total is more than one payment can take: split the order.')
    case 'payment_in_progress':
      return refuse(
        'payment_in_progress',
        'A payment of this order is in progress: finish it, or wait for its outcome.',
      )
    case 'already_paid':
      return refuse('already_paid', 'The payment of this order is authorized or captured already.')
    case 'stock_lost':
      return refuse('stock_lost', 'The stock of this order was lost before it could be confirmed; nothing was charged.')
    case 'too_many_attempts':
      return refuse('attempts_exhausted', 'This order had too many payment attempts: reserve again.')
    case 'already_shipped':
      return refuse('already_shipped', 'A part of this order was shipped: return it instead.')
    case 'not_payable':
    case 'not_confirmable':
    case 'not_cancellable':
    case 'not_expirable':
    case 'not_shippable':
    case 'not_deliverable':
    case 'not_returnable':
    case 'not_refundable':
    case 'no_attention':
    case 'not_closable':
      return refuse('wrong_state', `The order's state does not allow this (${code}).`)
    case 'line_not_found':
      return refuse('exceeds_order', 'The order has no line with one of these skus.')
    case 'quantity_exceeds_unshipped':
      return refuse('exceeds_order', 'These are more units than are left to ship.')
    case 'quantity_exceeds_shipped':
      return refuse('exceeds_order', 'These are more units than were shipped and not yet returned.')
    case 'quantity_exceeds_unrefunded':
      return refuse('exceeds_payment', 'These are more units than are paid and not yet refunded.')
    case 'amount_exceeds_refundable':
      return refuse('exceeds_payment', 'The amount is more than was captured and not yet refunded.')
    case 'payment_method_unavailable':
      return refuse('payment_method_unavailable', 'This payment method is not accepted: choose another.')
    default:
      return unreachable(code)
  }
}
