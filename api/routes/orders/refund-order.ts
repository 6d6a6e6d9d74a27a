import { z } from 'zod'
import { reasonField } from '../../contract/fields.ts'
import { orderLinesField, type SkuQuantity } from '../../contract/order-lines.ts'
import { priceField } from '../../contract/product.ts'
import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

const refundRequest = z
  .strictObject({
    lines: orderLinesField.optional().meta({ description: 'Refunds the price of these units.' }),
    amount: priceField.optional().meta({ description: 'In minor units of the currency of the order.' }),
    reason: reasonField,
  })
  .refine(({ lines, amount }) => lines === undefined || amount === undefined, 'send lines or an amount, not both')
  .meta({ id: 'RefundRequest' })

type RefundOrderRequest = {
  readonly orderId: string
  /** At most one of `lines` and `amount`. Without both, everything that is left is refunded. */
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
    summary: 'Refund money to the customer',
    description: 'Refunds the price of lines, or an amount. Without both, everything that is left is refunded.',
    access: 'staff',
    body: refundRequest,
    done: 'The refund is requested. The order shows when it is done.',
    refusals: ['wrong_state', 'exceeds_order', 'exceeds_payment'],
    run: refundOrder,
  })
