import { next } from '#domain/checkout/next.ts'
import type { OrderState } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { CheckoutPorts } from './checkout/ports.ts'
import { isOldNews, type PaymentNotice } from './payment-notice.ts'

/** So long is waited between looks, in milliseconds. A payment takes a good deal less than all of them together. */
const waits = [100, 200, 400]

/** An effect is due and still left to whoever brought it about. */
const isSomebodyAt = (order: OrderState, at: Instant): boolean =>
  next(order, at).effects.some(({ ownedUntil }) => at < ownedUntil)

/**
 * A webhook may come to a process that knows nothing of its order, while another is in the middle of that payment and about
 * to record what the webhook tells. To ask the provider then and go on with the order beside the other process is right too,
 * and costs more than the payment did: so the log is read, which makes the order known here, until it tells as much as the
 * notice, or nobody is at it, or it has taken too long. Rejects where the log cannot be read.
 */
export const othersWorkEnded = async (
  notice: PaymentNotice,
  { orders, pause }: Pick<CheckoutPorts, 'orders'> & { readonly pause: (milliseconds: number) => Promise<void> },
): Promise<void> => {
  if (notice.kind !== 'intent' || notice.hint === undefined) return
  const stream = orderStream(notice.hint.orderId)
  for (const wait of waits) {
    if (isOldNews(notice, { orders })) return
    const { state, at } = await orders.read(stream)
    if (isOldNews(notice, { orders }) || !isSomebodyAt(state, at)) return
    await pause(wait)
  }
}
