import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

export type ConfirmOrderRequest = { readonly orderId: string }
export type ConfirmOrderDependencies = { readonly confirmOrder: OrderUseCase<ConfirmOrderRequest> }

export const confirmOrderRoute = ({ confirmOrder }: ConfirmOrderDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/confirm',
    name: 'confirmOrder',
    tag: 'Orders',
    summary: 'Capture the payment of an order that waits for it',
    access: 'order',
    done: 'Confirmed, or authorized still while that is under way.',
    refusals: ['wrong_state', 'expired', 'stock_lost'],
    run: confirmOrder,
  })
