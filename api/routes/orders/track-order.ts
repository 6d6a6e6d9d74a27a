import { z } from 'zod'
import { type OrderView, orderSchema, personFields, presentOrder } from '../../contract/order.ts'
import { refuse } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

const crockford = '[0-9A-HJKMNP-TV-Z]{4}'
const orderNumberField = z
  .string()
  .max(32)
  .trim()
  .toUpperCase()
  .pipe(
    z.string().regex(new RegExp(`^${crockford}-${crockford}-${crockford}$`), 'send an order number, in the form 4-4-4'),
  )

type TrackOrderRequest = { readonly orderNumber: string; readonly email: string }

export type TrackOrderDependencies = {
  /** The order with this number, if the email is that of its customer. */
  readonly orderByNumber: (query: TrackOrderRequest) => Promise<OrderView | undefined>
}

export const trackOrderRoute = ({ orderByNumber }: TrackOrderDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/orders/track',
    name: 'trackOrder',
    tag: 'Orders',
    summary: 'Find an order by its number and the email of its customer',
    description: 'Number and email together replace the Order-Token.',
    access: 'shopper',
    reads: 'orders',
    query: z.strictObject({ orderNumber: orderNumberField, email: personFields.email }),
    responses: { 200: { description: 'The order.', body: orderSchema } },
    refusals: ['order_not_found'],
    handle: async ({ query: { orderNumber, email } }) => {
      const order = await orderByNumber({ orderNumber, email })
      if (order === undefined) return refuse('order_not_found', 'No order has this number and email.')
      return { status: 200, body: presentOrder(order) }
    },
  })
