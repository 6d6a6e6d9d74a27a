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

const resolveRequest = z
  .strictObject({
    action: z.enum(['resume', 'close']).meta({
      description: '`resume`: try again what had failed. `close`: it was dealt with by hand and is not tried again.',
    }),
    reason: reasonField,
  })
  .meta({ id: 'ResolveAttentionRequest' })

export type ResolveAttentionRequest = { readonly orderId: string } & Readonly<z.output<typeof resolveRequest>>
export type ResolveAttentionDependencies = {
  readonly resolveAttention: (
    command: ResolveAttentionRequest,
    origin: Origin,
  ) => Promise<OrderChangeView | OrderCommandRefusal>
}

export const resolveAttentionRoute = ({ resolveAttention }: ResolveAttentionDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/attention',
    name: 'resolveAttention',
    tag: 'Orders',
    summary: 'Resume an order that needs attention, or close what it needed',
    access: 'staff',
    params: orderParams,
    body: resolveRequest,
    responses: { 200: { description: 'Resolved.', body: orderChangedSchema } },
    refusals: ['order_not_found', 'wrong_state', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { orderId }, body, origin }) => {
      const changed = await resolveAttention({ orderId, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })
