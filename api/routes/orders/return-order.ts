import { z } from 'zod'
import { reasonField } from '../../contract/fields.ts'
import { orderLinesField, type SkuQuantity } from '../../contract/order-lines.ts'
import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

const returnRequest = z
  .strictObject({
    lines: orderLinesField,
    restock: z.boolean().meta({ description: '`true`: the units can be sold again. `false`: they are written off.' }),
    reason: reasonField,
  })
  .meta({ id: 'ReturnRequest' })

type ReturnOrderRequest = {
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
    summary: 'Record that shipped units came back',
    description: 'Does not refund money: use the refund request for that.',
    access: 'staff',
    body: returnRequest,
    done: 'The status is `returned` after all units were returned.',
    refusals: ['wrong_state', 'exceeds_order'],
    run: returnOrder,
  })
