import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { orderParams, reasonField } from '../../contract/fields.ts'
import {
  type OrderChangeView,
  type OrderCommandRefusal,
  orderChangedSchema,
  presentOrderChanged,
} from '../../contract/order.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type CancelOrderRequest = { readonly orderId: string; readonly reason: string }
export type CancelOrderDependencies = {
  readonly cancelOrder: (command: CancelOrderRequest, origin: Origin) => Promise<OrderChangeView | OrderCommandRefusal>
}

export const cancelOrderRoute = ({ cancelOrder }: CancelOrderDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/cancel',
    name: 'cancelOrder',
    tag: 'Orders',
    summary: 'Cancel an order before its first shipment',
    description: 'What was authorized is voided, what was captured is refunded, what was held is free again.',
    access: 'order',
    params: orderParams,
    body: z.strictObject({ reason: reasonField }).meta({ id: 'CancelRequest' }),
    responses: { 200: { description: 'Cancelled.', body: orderChangedSchema } },
    refusals: ['order_not_found', 'already_shipped', 'wrong_state', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { orderId }, body: { reason }, origin }) => {
      const changed = await cancelOrder({ orderId, reason }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })
