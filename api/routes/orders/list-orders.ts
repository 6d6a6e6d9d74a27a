import { z } from 'zod'
import type { Instant } from '#domain/values/instant.ts'
import { type OrderView, orderSchema, orderStatusField, personFields, presentOrder } from '../../contract/order.ts'
import { type CursorRefusal, type PageView, pageFields, pageSchema } from '../../contract/page.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Received, type Route } from '../../route.ts'

/** RFC 3339 with any offset, as milliseconds since 1970. */
const instantInput = z.iso.datetime({ offset: true }).transform((text): Instant => Date.parse(text))

const listQuery = z.strictObject({
  status: orderStatusField.optional(),
  from: instantInput.optional().meta({ description: 'Only orders that were placed at this time or later.' }),
  to: instantInput.optional().meta({ description: 'Only orders that were placed before this time.' }),
  email: personFields.email.optional(),
  ...pageFields,
})

type ListOrdersRequest = Received<z.output<typeof listQuery>>

export type ListOrdersDependencies = {
  /** The order that was placed last comes first. */
  readonly ordersWhere: (query: ListOrdersRequest) => Promise<PageView<OrderView> | CursorRefusal>
}

export const listOrdersRoute = ({ ordersWhere }: ListOrdersDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/orders',
    name: 'listOrders',
    tag: 'Orders',
    summary: 'List orders by status, time and customer, newest first',
    access: 'staff',
    reads: 'orders',
    query: listQuery,
    responses: {
      200: {
        description: 'A page of orders.',
        body: pageSchema(orderSchema).meta({ id: 'OrderPage' }),
      },
    },
    refusals: ['invalid_cursor'],
    handle: async ({ query }) => {
      const page = await ordersWhere(query)
      if (isRefusal(page)) return page
      return { status: 200, body: { ...page, items: page.items.map(presentOrder) } }
    },
  })
