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

export type DeliverOrderDependencies = {
  readonly deliverOrder: (
    command: { readonly orderId: string },
    origin: Origin,
  ) => Promise<OrderChangeView | OrderCommandRefusal>
}

export const deliverOrderRoute = ({ deliverOrder }: DeliverOrderDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/deliver',
    name: 'deliverOrder',
    tag: 'Fulfilment',
    summary: 'Record that an order has arrived',
    access: 'staff',
    params: orderParams,
    responses: { 200: { description: 'Delivered.', body: orderChangedSchema } },
    refusals: ['order_not_found', 'wrong_state', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { orderId }, origin }) => {
      const changed = await deliverOrder({ orderId }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })
