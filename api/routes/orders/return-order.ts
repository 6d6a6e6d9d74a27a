import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { orderParams, reasonField } from '../../contract/fields.ts'
import {
  type OrderChangeView,
  type OrderCommandRefusal,
  orderChangedSchema,
  presentOrderChanged,
} from '../../contract/order.ts'
import { orderLinesField, type SkuQuantity } from '../../contract/order-lines.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

const returnRequest = z
  .strictObject({
    lines: orderLinesField,
    restock: z.boolean().meta({ description: 'Whether the units can be sold again; else they are written off.' }),
    reason: reasonField,
  })
  .meta({ id: 'ReturnRequest' })

export type ReturnOrderRequest = {
  readonly orderId: string
  readonly lines: readonly SkuQuantity[]
  readonly restock: boolean
  readonly reason: string
}
export type ReturnOrderDependencies = {
  readonly returnOrder: (command: ReturnOrderRequest, origin: Origin) => Promise<OrderChangeView | OrderCommandRefusal>
}

export const returnOrderRoute = ({ returnOrder }: ReturnOrderDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/return',
    name: 'returnOrder',
    tag: 'Fulfilment',
    summary: 'Take shipped units back',
    description: 'Moves units, not money: refund is a call of its own.',
    access: 'staff',
    params: orderParams,
    body: returnRequest,
    responses: { 200: { description: '`returned` once all units are.', body: orderChangedSchema } },
    refusals: ['order_not_found', 'wrong_state', 'exceeds_order', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { orderId }, body, origin }) => {
      const changed = await returnOrder({ orderId, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })
