import { z } from 'zod'
import { reasonField } from '../../contract/fields.ts'
import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

const resolveRequest = z
  .strictObject({
    action: z.enum(['resume', 'close']).meta({
      description: '`resume`: try again what failed. `close`: it was handled by hand and is not tried again.',
    }),
    reason: reasonField,
  })
  .meta({ id: 'ResolveAttentionRequest' })

type ResolveAttentionRequest = { readonly orderId: string } & Readonly<z.output<typeof resolveRequest>>
export type ResolveAttentionDependencies = { readonly resolveAttention: OrderUseCase<ResolveAttentionRequest> }

export const resolveAttentionRoute = ({ resolveAttention }: ResolveAttentionDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/attention',
    name: 'resolveAttention',
    tag: 'Orders',
    summary: 'Resume an order that needs attention, or close it as handled',
    access: 'staff',
    body: resolveRequest,
    done: 'The order needs no attention any more.',
    refusals: ['wrong_state'],
    run: resolveAttention,
  })
