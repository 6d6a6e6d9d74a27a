import { z } from 'zod'
import { reasonField } from '../../contract/fields.ts'
import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

type CancelOrderRequest = { readonly orderId: string; readonly reason: string }
export type CancelOrderDependencies = { readonly cancelOrder: OrderUseCase<CancelOrderRequest> }

export const cancelOrderRoute = ({ cancelOrder }: CancelOrderDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/cancel',
    name: 'cancelOrder',
    tag: 'Orders',
    summary: 'Cancel an order before its first shipment',
    description:
      'An authorized payment is voided, a captured one is refunded, and the stock of the order becomes available again.',
    access: 'order',
    body: z.strictObject({ reason: reasonField }).meta({ id: 'CancelRequest' }),
    done: 'The order is cancelled.',
    refusals: ['already_shipped', 'wrong_state'],
    run: cancelOrder,
  })
