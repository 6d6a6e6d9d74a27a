import { isSameCall } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { CheckoutPorts } from './checkout/ports.ts'
import { callForAttention } from './checkout/record.ts'

/** A commitment that a recorded shortfall names. */
export type HoldInShortfall = {
  readonly reservationId: string
  readonly line: number
  readonly sku: string
  readonly location: string
  readonly foundAt: Instant
}

/** Calls for attention once for each time that a shortfall of the order's stock was found. False if that was done before. */
export const reportShortfall = async (
  { reservationId, line, sku, location, foundAt }: HoldInShortfall,
  actor: string,
  ports: CheckoutPorts,
): Promise<boolean> => {
  const orderId = orderIdOf(reservationId)
  const { state } = await ports.orders.read(orderStream(orderId))
  if (state.status === 'none') return false
  const detail = `line ${line}: ${sku} at ${location} is short`
  const call = { reason: 'stock_shortfall', detail, subject: `line ${line}` } as const
  // Even if staff have closed it since: the commitment stays marked until its units are shipped or cancelled.
  const known = state.attention.some((item) => isSameCall(item, call) && item.since.at >= foundAt)
  if (known) return false
  const { appendedFrom } = await callForAttention({ ...call, occasion: foundAt }, { orderId, actor }, ports)
  return appendedFrom !== null
}
