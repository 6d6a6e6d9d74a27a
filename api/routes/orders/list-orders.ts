import { z } from 'zod'
import type { Instant } from '#domain/values/instant.ts'
import { cursorField, limitField } from '../../contract/fields.ts'
import {
  type OrderStatus,
  type OrderView,
  orderSchema,
  orderStatusField,
  personFields,
  presentOrder,
} from '../../contract/order.ts'
import { isRefusal, type Refusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

/** RFC 3339 with any offset, as milliseconds since 1970. */
const instantInput = z.iso.datetime({ offset: true }).transform((text): Instant => Date.parse(text))

const listQuery = z.strictObject({
  status: orderStatusField.optional(),
  from: instantInput.optional().meta({ description: 'Placed at this moment or later.' }),
  to: instantInput.optional().meta({ description: 'Placed before this moment.' }),
  email: personFields.email.optional(),
  limit: limitField,
  cursor: cursorField.optional(),
})

export type ListOrdersRequest = {
  readonly status?: OrderStatus
  readonly from?: Instant
  readonly to?: Instant
  readonly email?: string
  readonly limit: number
  readonly cursor?: string
}

export type ListOrdersDependencies = {
  /** The latest placed first. */
  readonly ordersWhere: (
    query: ListOrdersRequest,
  ) => Promise<{ readonly items: readonly OrderView[]; readonly nextCursor?: string } | Refusal<'invalid_cursor'>>
}

export const listOrdersRoute = ({ ordersWhere }: ListOrdersDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/orders',
    name: 'listOrders',
    tag: 'Orders',
    summary: 'Orders by status, time and customer, the latest first',
    access: 'staff',
    reads: 'orders',
    query: listQuery,
    responses: {
      200: {
        description: 'A page of orders.',
        body: z.object({ items: z.array(orderSchema), nextCursor: z.string().optional() }).meta({ id: 'OrderPage' }),
      },
    },
    refusals: ['invalid_cursor'],
    handle: async ({ query }) => {
      const page = await ordersWhere(query)
      if (isRefusal(page)) return page
      return { status: 200, body: { ...page, items: page.items.map(presentOrder) } }
    },
  })
