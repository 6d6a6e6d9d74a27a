import { orderParams } from '../../contract/fields.ts'
import { type OrderView, orderSchema, presentOrder } from '../../contract/order.ts'
import { refuse } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type ReadOrderDependencies = {
  readonly orderById: (orderId: string) => Promise<OrderView | undefined>
}

export const readOrderRoute = ({ orderById }: ReadOrderDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/orders/{orderId}',
    name: 'readOrder',
    tag: 'Orders',
    summary: 'Read an order with its lines, payment, shipments and returns',
    access: 'order',
    reads: 'orders',
    params: orderParams,
    responses: { 200: { description: 'The order.', body: orderSchema } },
    refusals: ['order_not_found'],
    handle: async ({ params: { orderId } }) => {
      const order = await orderById(orderId)
      if (order === undefined) return refuse('order_not_found', `No order ${orderId} is known.`)
      return { status: 200, body: presentOrder(order) }
    },
  })
