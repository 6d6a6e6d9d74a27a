import { z } from 'zod'
import { reasonField } from '../../contract/fields.ts'
import { orderLinesField, type SkuQuantity } from '../../contract/order-lines.ts'
import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

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
export type ReturnOrderDependencies = { readonly returnOrder: OrderUseCase<ReturnOrderRequest> }

export const returnOrderRoute = ({ returnOrder }: ReturnOrderDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/return',
    name: 'returnOrder',
    tag: 'Fulfilment',
    summary: 'Take shipped units back',
    description: 'Moves units, not money: refund is a call of its own.',
    access: 'staff',
    body: returnRequest,
    done: '`returned` once all units are.',
    refusals: ['wrong_state', 'exceeds_order'],
    run: returnOrder,
  })
