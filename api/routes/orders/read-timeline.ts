import { z } from 'zod'
import { type Instant, instantText } from '#domain/values/instant.ts'
import { instantField, orderParams } from '../../contract/fields.ts'
import { type CursorRefusal, type PageRequest, type PageView, pageFields, pageSchema } from '../../contract/page.ts'
import { isRefusal, type Refusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

const timelineItemSchema = z
  .object({
    at: instantField,
    type: z.string(),
    actor: z.string(),
    cause: z.string(),
    text: z.string().meta({ description: 'What happened, as a sentence.' }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineItem' })

type TimelineItemView = {
  readonly at: Instant
  readonly type: string
  readonly actor: string
  readonly cause: string
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}

type ReadTimelineRequest = PageRequest & { readonly orderId: string }

export type ReadTimelineDependencies = {
  /** The oldest event comes first. */
  readonly timelineOfOrder: (
    query: ReadTimelineRequest,
  ) => Promise<PageView<TimelineItemView> | Refusal<'order_not_found'> | CursorRefusal>
}

export const readTimelineRoute = ({ timelineOfOrder }: ReadTimelineDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/orders/{orderId}/timeline',
    name: 'readTimeline',
    tag: 'Orders',
    summary: 'List everything that happened to an order, who did it and why',
    access: 'staff',
    reads: 'timeline',
    params: orderParams,
    query: z.strictObject(pageFields),
    responses: {
      200: {
        description: 'A page of the timeline, oldest first.',
        body: pageSchema(timelineItemSchema).meta({ id: 'TimelinePage' }),
      },
    },
    refusals: ['order_not_found', 'invalid_cursor'],
    handle: async ({ params: { orderId }, query }) => {
      const page = await timelineOfOrder({ orderId, ...query })
      if (isRefusal(page)) return page
      return {
        status: 200,
        body: { ...page, items: page.items.map((item) => ({ ...item, at: instantText(item.at) })) },
      }
    },
  })
