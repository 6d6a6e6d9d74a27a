import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { idSchema } from '#domain/values/ids.ts'
import { orderParams } from '../../contract/fields.ts'
import { type OrderChangeView, orderChangedSchema, presentOrderChanged } from '../../contract/order.ts'
import { priceField } from '../../contract/product.ts'
import { isRefusal, type Refusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

const referenceField = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .meta({ description: "What the bank's statement says of it; kept with the invoice alone." })
const dateField = z.iso.date().optional()

/** `date` left out: today. */
type Transfer = { readonly amount: number; readonly reference: string; readonly date: string | undefined }
export type RecordTransferRequest = Transfer & { readonly orderId: string; readonly refundId: string | null }
export type RecordTransferDependencies = {
  readonly recordTransfer: (
    command: RecordTransferRequest,
    origin: Origin,
  ) => Promise<OrderChangeView | Refusal<'transfer_not_expected' | 'already_paid' | 'transfer_differs' | 'unavailable'>>
}

const refusals = [
  'transfer_not_expected',
  'already_paid',
  'transfer_differs',
  'overloaded',
  'outcome_unknown',
  'unavailable',
] as const
const responses = { 200: { description: 'It is recorded, and the order was told.', body: orderChangedSchema } }

export const recordTransferRoute = ({ recordTransfer }: RecordTransferDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/transfer',
    name: 'recordTransfer',
    tag: 'Fulfilment',
    summary: 'Record that a customer has paid an invoice',
    description:
      'Captures the payment and confirms the order. The amount is that of the invoice, to the minor unit. For an order that ' +
      'has ended meanwhile, the money becomes a refund.',
    access: 'staff',
    params: orderParams,
    body: z
      .strictObject({
        amount: priceField,
        reference: referenceField,
        receivedOn: dateField.meta({ description: 'The day on the statement; today where left out.' }),
      })
      .meta({ id: 'TransferRequest' }),
    responses,
    refusals,
    handle: async ({ params: { orderId }, body: { amount, reference, receivedOn: date }, origin }) => {
      const changed = await recordTransfer({ orderId, refundId: null, amount, reference, date }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })

export const recordRefundTransferRoute = ({ recordTransfer }: RecordTransferDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/refunds/{refundId}/transfer',
    name: 'recordRefundTransfer',
    tag: 'Fulfilment',
    summary: 'Record that the money of an invoice was transferred back',
    description: 'The refund is done then. The amount is that of the refund, to the minor unit.',
    access: 'staff',
    params: z.strictObject({ ...orderParams.shape, refundId: idSchema }),
    body: z
      .strictObject({
        amount: priceField,
        reference: referenceField,
        sentOn: dateField.meta({ description: 'The day on the statement; today where left out.' }),
      })
      .meta({ id: 'RefundTransferRequest' }),
    responses,
    refusals,
    handle: async ({ params: { orderId, refundId }, body: { amount, reference, sentOn: date }, origin }) => {
      const changed = await recordTransfer({ orderId, refundId, amount, reference, date }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })
