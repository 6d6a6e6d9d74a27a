import type { Origin } from '#commands/context.ts'
import { orderParams } from '../../contract/fields.ts'
import {
  type OrderChangeView,
  type OrderCommandRefusal,
  orderChangedSchema,
  presentOrderChanged,
} from '../../contract/order.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type ConfirmOrderDependencies = {
  readonly confirmOrder: (
    command: { readonly orderId: string },
    origin: Origin,
  ) => Promise<OrderChangeView | OrderCommandRefusal>
}

export const confirmOrderRoute = ({ confirmOrder }: ConfirmOrderDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/confirm',
    name: 'confirmOrder',
    tag: 'Orders',
    summary: 'Capture the payment of an order that waits for it',
    access: 'order',
    params: orderParams,
    responses: {
      200: { description: 'Confirmed, or authorized still while that is under way.', body: orderChangedSchema },
    },
    refusals: ['order_not_found', 'wrong_state', 'expired', 'stock_lost', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { orderId }, origin }) => {
      const changed = await confirmOrder({ orderId }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })
