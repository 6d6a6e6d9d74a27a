import { next } from '#domain/checkout/next.ts'
import type { OrderState } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { CheckoutPorts } from './checkout/ports.ts'
import { isAlreadyRecorded, type PaymentNotice } from './payment-notice.ts'

/** The waits between looks, in milliseconds. Together they are much longer than a payment takes. */
const waits = [100, 200, 400]

/** Whether an effect is due that still belongs to another process. */
const isInProgress = (order: OrderState, at: Instant): boolean =>
  next(order, at).effects.some(({ ownedUntil }) => at < ownedUntil)

/**
 * A webhook can come to a process that does not know its order, while another process is paying that order and about to
 * record what the webhook reports. Asking the provider at once and driving the order beside the other process would be
 * correct, but cost more than the payment. So the order's stream is read until it has recorded as much as the notice can
 * report, no process works on it, or the waits are over. Rejects if the log cannot be read.
 */
export const waitForOthers = async (
  notice: PaymentNotice,
  { orders, pause }: Pick<CheckoutPorts, 'orders'> & { readonly pause: (milliseconds: number) => Promise<void> },
): Promise<void> => {
  if (notice.kind !== 'intent' || notice.hint === undefined) return
  const stream = orderStream(notice.hint.orderId)
  for (const wait of waits) {
    if (isAlreadyRecorded(notice, { orders })) return
    const { state, at } = await orders.read(stream)
    if (isAlreadyRecorded(notice, { orders }) || !isInProgress(state, at)) return
    await pause(wait)
  }
}
