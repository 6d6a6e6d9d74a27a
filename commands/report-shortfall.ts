import { orderStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { CheckoutPorts } from './checkout/ports.ts'
import { callForAttention } from './checkout/record.ts'

/** A commitment that a recorded shortfall names: more was promised than is there. */
export type HoldInShortfall = {
  readonly reservationId: string
  readonly line: number
  readonly sku: string
  readonly location: string
  readonly foundAt: Instant
}

/** Calls for a person once for each time that an order's stock was found short; false where that was done before. */
export const reportShortfall = async (
  { reservationId, line, sku, location, foundAt }: HoldInShortfall,
  actor: string,
  ports: CheckoutPorts,
): Promise<boolean> => {
  const orderId = orderIdOf(reservationId)
  const { state } = await ports.orders.read(orderStream(orderId))
  if (state.status === 'none') return false
  // Also where somebody has closed it since: the mark stays until the units are shipped or given up.
  const known = state.attention.some(({ reason, since }) => reason === 'stock_shortfall' && since.at >= foundAt)
  if (known) return false
  const detail = `line ${line}: ${sku} at ${location} is short`
  const call = { reason: 'stock_shortfall', detail, occasion: foundAt } as const
  const { appendedFrom } = await callForAttention(call, { orderId, actor }, ports)
  return appendedFrom !== null
}
