import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

type ConfirmOrderRequest = { readonly orderId: string }
export type ConfirmOrderDependencies = { readonly confirmOrder: OrderUseCase<ConfirmOrderRequest> }

export const confirmOrderRoute = ({ confirmOrder }: ConfirmOrderDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/confirm',
    name: 'confirmOrder',
    tag: 'Orders',
    summary: 'Capture the authorized payment of an order with manual confirmation',
    access: 'order',
    done: 'The order is `confirmed`, or still `authorized` while the capture is in progress.',
    refusals: ['wrong_state', 'expired', 'stock_lost'],
    run: confirmOrder,
  })
