import type Stripe from 'stripe'
import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { Call } from './calls.ts'
import { sendKeyed } from './keyed.ts'
import { refundView } from './views.ts'

export const readRefund = async (
  { stripe, call }: { readonly stripe: Stripe; readonly call: Call },
  providerObjectId: string,
): ReturnType<PaymentProvider['readRefund']> => refundView(await call(() => stripe.refunds.retrieve(providerObjectId)))

/**
 * A refund that failed may be made again, as another object under another key. Nothing but its key keeps Stripe from
 * making a refund twice, so where the key is spent no other is tried: people look at it.
 */
export const createRefund = async (
  { stripe, call }: { readonly stripe: Stripe; readonly call: Call },
  ...[refund]: Parameters<PaymentProvider['refund']>
): ReturnType<PaymentProvider['refund']> => {
  const { orderId, refundId, paymentObjectId, failedObjectIds, amount } = refund
  const key = `order-${orderId}-refund-${refundId}-${failedObjectIds.length + 1}`
  const params = { payment_intent: paymentObjectId, amount, metadata: { orderId, refundId } }
  const { object, isReplayed } = await sendKeyed(call, { key, mayRepeat: false }, (options) =>
    stripe.refunds.create(params, options),
  )
  return refundView(isReplayed ? await call(() => stripe.refunds.retrieve(object.id)) : object)
}
