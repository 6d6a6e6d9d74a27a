import { z } from 'zod'
import { noAnswerCodes, type UseCase } from '../../command-route.ts'
import { orderParams, positionField, positionText } from '../../contract/fields.ts'
import { type OrderCommandRefusal, type PaymentView, paymentSchema } from '../../contract/order.ts'
import { paymentMethodField } from '../../contract/payment.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

type PayOrderRequest = { readonly orderId: string; readonly paymentMethod: string }
export type PayOrderDependencies = {
  readonly payOrder: UseCase<PayOrderRequest, (PaymentView & { readonly position: bigint }) | OrderCommandRefusal>
}

export const payOrderRoute = ({ payOrder }: PayOrderDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/pay',
    name: 'payOrder',
    tag: 'Orders',
    summary: 'Pay an order',
    description:
      'After a declined payment the order can be paid again. `pending`: the provider did not say the outcome in time. ' +
      'Repeat the request with the same Idempotency-Key, or read the order.',
    access: 'order',
    params: orderParams,
    body: z.strictObject({ paymentMethod: paymentMethodField }).meta({ id: 'PayRequest' }),
    responses: {
      200: {
        description: 'The outcome of the payment.',
        body: z.object({ ...paymentSchema.shape, position: positionField }).meta({ id: 'Paid' }),
      },
    },
    refusals: [
      'order_not_found',
      'payment_in_progress',
      'expired',
      'stock_lost',
      'already_paid',
      'attempts_exhausted',
      'payment_method_unavailable',
      'wrong_state',
      ...noAnswerCodes,
    ],
    handle: async ({ params: { orderId }, body: { paymentMethod }, origin }) => {
      const paid = await payOrder({ orderId, paymentMethod }, origin)
      if (isRefusal(paid)) return paid
      const body = { ...paid, position: positionText(paid.position) }
      return { status: 200, body, isPending: paid.status === 'pending' }
    },
  })
