import type { Instant } from '../values/instant.ts'
import type { EventsOrRefusal, NeedAttention, ResolveAttention, SettleStock } from './commands.ts'
import type { OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { refundsOfUnwanted } from './refunding.ts'
import { isUnconfirmed, type Order } from './state.ts'

/** Idempotent: settling again, or settling an extension that became moot, says nothing. */
export const decideSettleStock = (command: SettleStock, order: Order, at: Instant): EventsOrRefusal => {
  const { commandId, revision } = command
  if (!order.unsettled.some((item) => item.since.revision === revision)) return []
  return [{ type: 'OrderStockSettled', data: { at, commandId, revision } }]
}

/**
 * Asked again it says nothing, unless the order went on since: what then fails is new, and must hold the process up
 * anew. Two reasons that alternate cannot grow the stream, since a call for attention does not count as going on.
 */
export const decideNeedAttention = (command: NeedAttention, order: Order, at: Instant): EventsOrRefusal => {
  const { commandId, reason, detail } = command
  const known = order.attention.find((item) => item.reason === reason && item.state === 'open')
  if (known !== undefined && known.since.revision > order.changed.revision) return []
  return [{ type: 'OrderNeedsAttention', data: { at, commandId, reason, detail } }]
}

/**
 * `resume`: what failed is tried again. `close`: somebody dealt with it by hand, and it is not; that is refused while
 * the order can still be sold, because nothing would ever finish it (cancel it instead).
 */
export const decideResolveAttention = (command: ResolveAttention, order: Order, at: Instant): EventsOrRefusal => {
  if (!order.attention.some((item) => item.state === 'open')) return 'no_attention'
  const { commandId, action, reason } = command
  if (action === 'close' && isUnconfirmed(order)) return 'not_closable'
  const resolved: OrderEvent = { type: 'OrderAttentionResolved', data: { at, commandId, action, reason } }
  if (action === 'close') return [resolved]
  // A failed refund of which a part was given back another way meanwhile cannot be tried again whole: the rest is due.
  const resumed = evolve(order, resolved, order.last.revision + 1)
  return [resolved, ...refundsOfUnwanted(resumed, { at, commandId, reason: 'refund_resumed' })]
}
