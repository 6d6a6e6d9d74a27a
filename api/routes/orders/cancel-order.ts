import { z } from 'zod'
import { reasonField } from '../../contract/fields.ts'
import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

export type CancelOrderRequest = { readonly orderId: string; readonly reason: string }
export type CancelOrderDependencies = { readonly cancelOrder: OrderUseCase<CancelOrderRequest> }

export const cancelOrderRoute = ({ cancelOrder }: CancelOrderDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/cancel',
    name: 'cancelOrder',
    tag: 'Orders',
    summary: 'Cancel an order before its first shipment',
    description: 'What was authorized is voided, what was captured is refunded, what was held is free again.',
    access: 'order',
    body: z.strictObject({ reason: reasonField }).meta({ id: 'CancelRequest' }),
    done: 'Cancelled.',
    refusals: ['already_shipped', 'wrong_state'],
    run: cancelOrder,
  })
