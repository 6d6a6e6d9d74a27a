import type { OrderRefusal } from '#domain/order/commands.ts'
import type { OrderStatus } from '#domain/order/state.ts'

/** The answer of a command on an order, after the checkout process has come to rest. */
export type ChangeOrderAnswer = {
  readonly outcome: 'changed'
  readonly orderId: string
  readonly status: OrderStatus
  readonly position: bigint
}

/** `payment_method_unavailable`: the provider of the payment method is not switched on. */
export type OrderUseCaseRefusal = OrderRefusal | { readonly code: 'payment_method_unavailable' }
