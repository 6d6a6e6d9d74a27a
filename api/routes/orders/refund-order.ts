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
import { priceField } from '../../contract/product.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

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
  readonly lines?: readonly SkuQuantity[] | undefined
  readonly amount?: number | undefined
  readonly reason: string
}
export type RefundOrderDependencies = {
  readonly refundOrder: (command: RefundOrderRequest, origin: Origin) => Promise<OrderChangeView | OrderCommandRefusal>
}

export const refundOrderRoute = ({ refundOrder }: RefundOrderDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/refund',
    name: 'refundOrder',
    tag: 'Fulfilment',
    summary: 'Give money back',
    description: 'What the lines cost, or an amount; with neither, all that is left.',
    access: 'staff',
    params: orderParams,
    body: refundRequest,
    responses: {
      200: { description: 'The refund is requested; the order tells when it is done.', body: orderChangedSchema },
    },
    refusals: ['order_not_found', 'wrong_state', 'exceeds_order', 'exceeds_payment', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { orderId }, body, origin }) => {
      const changed = await refundOrder({ orderId, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })
