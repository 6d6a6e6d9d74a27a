import { z } from 'zod'
import { reasonField } from '../../contract/fields.ts'
import { orderLinesField, type SkuQuantity } from '../../contract/order-lines.ts'
import { priceField } from '../../contract/product.ts'
import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

const refundRequest = z
  .strictObject({
    lines: orderLinesField.optional().meta({ description: 'Refunds what these units cost.' }),
    amount: priceField.optional(),
    reason: reasonField,
  })
  .refine(({ lines, amount }) => lines === undefined || amount === undefined, 'send lines or an amount, not both')
  .meta({ id: 'RefundRequest' })

export type RefundOrderRequest = {
  readonly orderId: string
  /** Lines, or an amount in minor units of the order's currency; neither: all that is left. */
  readonly lines?: readonly SkuQuantity[]
  readonly amount?: number
  readonly reason: string
}
export type RefundOrderDependencies = { readonly refundOrder: OrderUseCase<RefundOrderRequest> }

export const refundOrderRoute = ({ refundOrder }: RefundOrderDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/refund',
    name: 'refundOrder',
    tag: 'Fulfilment',
    summary: 'Give money back',
    description: 'What the lines cost, or an amount; with neither, all that is left.',
    access: 'staff',
    body: refundRequest,
    done: 'The refund is requested; the order tells when it is done.',
    refusals: ['wrong_state', 'exceeds_order', 'exceeds_payment'],
    run: refundOrder,
  })
