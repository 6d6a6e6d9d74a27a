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
    .meta({ description: 'The reference on the bank statement. It is kept with the invoice and nowhere else.' }),
}
const dateField = z.iso.date().optional().meta({ description: 'The day on the bank statement. Default: today.' })

/** `refundId` is null for the transfer of the customer. `date` defaults to today. */
type RecordTransferRequest = {
  readonly orderId: string
  readonly refundId: string | null
  readonly amount: number
  readonly reference: string
  readonly date: string | undefined
}
export type RecordTransferDependencies = {
  readonly recordTransfer: UseCase<
    RecordTransferRequest,
    | OrderChangeView
    | Refusal<
        | 'order_not_found'
        | 'transfer_not_expected'
        | 'already_paid'
        | 'transfer_differs'
        | 'validation_failed'
        | 'unavailable'
      >
  >
}

const shared = {
  method: 'post',
  tag: 'Fulfilment',
  access: 'staff',
  done: 'The transfer is recorded, and the order is changed.',
  answer: orderAnswer,
  refusals: ['order_not_found', 'transfer_not_expected', 'already_paid', 'transfer_differs'],
} as const

export const recordTransferRoute = ({ recordTransfer }: RecordTransferDependencies): Route =>
  defineCommandRoute({
    ...shared,
    path: '/v1/orders/{orderId}/transfer',
    name: 'recordTransfer',
    summary: 'Record that a customer has paid an invoice',
    description:
      'Captures the payment and confirms the order. The amount must be exactly that of the invoice. If the order has ended ' +
      'meanwhile, the money is refunded.',
    params: orderParams,
    body: z.strictObject({ ...transferFields, receivedOn: dateField }).meta({ id: 'TransferRequest' }),
    run: ({ receivedOn: date, ...transfer }, origin) => recordTransfer({ ...transfer, refundId: null, date }, origin),
  })

export const recordRefundTransferRoute = ({ recordTransfer }: RecordTransferDependencies): Route =>
  defineCommandRoute({
    ...shared,
    path: '/v1/orders/{orderId}/refunds/{refundId}/transfer',
    name: 'recordRefundTransfer',
    summary: 'Record that the refund of an invoice was transferred',
    description: 'Completes the refund. The amount must be exactly that of the refund.',
    params: z.strictObject({ ...orderParams.shape, refundId: idSchema }),
    body: z.strictObject({ ...transferFields, sentOn: dateField }).meta({ id: 'RefundTransferRequest' }),
    run: ({ sentOn: date, ...transfer }, origin) => recordTransfer({ ...transfer, date }, origin),
  })
