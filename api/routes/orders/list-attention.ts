import { z } from 'zod'
import { attentionReasons } from '#domain/order/events.ts'
import { idSchema } from '#domain/values/ids.ts'
import { type Instant, instantText } from '#domain/values/instant.ts'
import { orderNumberOf } from '#domain/values/order-number.ts'
import { instantField } from '../../contract/fields.ts'
import { type OrderStatus, orderStatusField } from '../../contract/order.ts'
import { type CursorRefusal, type PageRequest, type PageView, pageFields, pageSchema } from '../../contract/page.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

/** Such webhooks are rare. If there are more, something general is wrong, and a longer list would not help. */
const noticesMax = 100

const stuckOrderSchema = z
  .object({
    orderId: idSchema,
    orderNumber: z.string(),
    status: orderStatusField,
    reasons: z.array(
      z.object({
        reason: z.enum(attentionReasons),
        detail: z.string(),
        waitsFor: z.string().meta({ description: 'What has to happen, as a sentence.' }),
        since: instantField,
      }),
    ),
    nextLookAt: instantField.optional().meta({ description: 'When the checkout process tries again by itself.' }),
  })
  .meta({ id: 'OrderNeedingAttention' })

const stuckNoticeSchema = z
  .object({
    providerEventId: z.string(),
    eventType: z.string(),
    providerObjectId: z.string(),
    since: instantField,
    reason: z.string().meta({ description: 'What it waits for, as a sentence.' }),
  })
  .meta({ id: 'NoticeNeedingAttention' })

/** A webhook of the payment provider whose order is not known. */
type StuckNoticeView = {
  readonly providerEventId: string
  readonly eventType: string
  readonly providerObjectId: string
  readonly since: Instant
  readonly reason: string
}

export type StuckOrderView = {
  readonly orderId: string
  readonly status: OrderStatus
  readonly reasons: ReadonlyArray<{
    readonly reason: (typeof attentionReasons)[number]
    readonly detail: string
    readonly waitsFor: string
    readonly since: Instant
  }>
  readonly nextLookAt: Instant | undefined
}

export type ListAttentionDependencies = {
  /** Orders that cannot go on without a person. The order that has waited longest comes first. */
  readonly ordersNeedingAttention: (query: PageRequest) => Promise<PageView<StuckOrderView> | CursorRefusal>
  /** Webhooks that have waited for their order for more than an hour. The one that has waited longest comes first. */
  readonly noticesNeedingAttention: (limit: number) => Promise<readonly StuckNoticeView[]>
}

const present = ({ orderId, reasons, nextLookAt, ...order }: StuckOrderView): z.infer<typeof stuckOrderSchema> => ({
  orderId,
  orderNumber: orderNumberOf(orderId),
  ...order,
  reasons: reasons.map(({ since, ...reason }) => ({ ...reason, since: instantText(since) })),
  ...(nextLookAt === undefined ? {} : { nextLookAt: instantText(nextLookAt) }),
})

export const listAttentionRoute = ({
  ordersNeedingAttention,
  noticesNeedingAttention,
}: ListAttentionDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/orders/attention',
    name: 'listAttention',
    tag: 'Orders',
    summary: 'List the orders that need a person, and why',
    access: 'staff',
    reads: 'orders',
    query: z.strictObject(pageFields),
    responses: {
      200: {
        description: 'A page of orders. The order that has waited longest comes first.',
        body: pageSchema(stuckOrderSchema)
          .extend({
            notices: z.array(stuckNoticeSchema).max(noticesMax).meta({
              description:
                'Webhooks of the payment provider whose order is not known. They are the same on every page.',
            }),
          })
          .meta({ id: 'AttentionPage' }),
      },
    },
    refusals: ['invalid_cursor'],
    handle: async ({ query }) => {
      const page = await ordersNeedingAttention(query)
      if (isRefusal(page)) return page
      const notices = (await noticesNeedingAttention(noticesMax)).map(({ since, ...notice }) => ({
        ...notice,
        since: instantText(since),
      }))
      return { status: 200, body: { ...page, items: page.items.map(present), notices } }
    },
  })
