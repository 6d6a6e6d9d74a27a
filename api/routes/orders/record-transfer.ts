import { z } from 'zod'
import { idSchema } from '#domain/values/ids.ts'
import { defineCommandRoute, type UseCase } from '../../command-route.ts'
import { orderParams } from '../../contract/fields.ts'
import type { OrderChangeView } from '../../contract/order.ts'
import { priceField } from '../../contract/product.ts'
import type { Refusal } from '../../problems.ts'
import type { Route } from '../../route.ts'
import { orderAnswer } from './order-route.ts'

const transferFields = {
  amount: priceField,
  reference: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .meta({ description: "What the bank's statement says of it; kept with the invoice alone." }),
}
const dateField = z.iso.date().optional().meta({ description: 'The day on the statement; today where left out.' })

/** `refundId` null: the customer's transfer. `date` left out: today. */
export type RecordTransferRequest = {
  readonly orderId: string
  readonly refundId: string | null
  readonly amount: number
  readonly reference: string
  readonly date: string | undefined
}
export type RecordTransferDependencies = {
  readonly recordTransfer: UseCase<
    RecordTransferRequest,
    OrderChangeView | Refusal<'transfer_not_expected' | 'already_paid' | 'transfer_differs' | 'unavailable'>
  >
}

const shared = {
  method: 'post',
  tag: 'Fulfilment',
  access: 'staff',
  done: 'It is recorded, and the order was told.',
  answer: orderAnswer,
  refusals: ['transfer_not_expected', 'already_paid', 'transfer_differs'],
} as const

export const recordTransferRoute = ({ recordTransfer }: RecordTransferDependencies): Route =>
  defineCommandRoute({
    ...shared,
    path: '/v1/orders/{orderId}/transfer',
    name: 'recordTransfer',
    summary: 'Record that a customer has paid an invoice',
    description:
      'Captures the payment and confirms the order. The amount is that of the invoice, to the minor unit. For an order that ' +
      'has ended meanwhile, the money becomes a refund.',
    params: orderParams,
    body: z.strictObject({ ...transferFields, receivedOn: dateField }).meta({ id: 'TransferRequest' }),
    run: ({ receivedOn: date, ...transfer }, origin) => recordTransfer({ ...transfer, refundId: null, date }, origin),
  })

export const recordRefundTransferRoute = ({ recordTransfer }: RecordTransferDependencies): Route =>
  defineCommandRoute({
    ...shared,
    path: '/v1/orders/{orderId}/refunds/{refundId}/transfer',
    name: 'recordRefundTransfer',
    summary: 'Record that the money of an invoice was transferred back',
    description: 'The refund is done then. The amount is that of the refund, to the minor unit.',
    params: z.strictObject({ ...orderParams.shape, refundId: idSchema }),
    body: z.strictObject({ ...transferFields, sentOn: dateField }).meta({ id: 'RefundTransferRequest' }),
    run: ({ sentOn: date, ...transfer }, origin) => recordTransfer({ ...transfer, date }, origin),
  })
