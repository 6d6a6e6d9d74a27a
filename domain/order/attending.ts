import type { Instant } from '../values/instant.ts'
import type { EventsOrRefusal, NeedAttention, ResolveAttention, SettleStock } from './commands.ts'
import type { OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { refundsOfUnwanted } from './refunding.ts'
import { isSameCall, isUnconfirmed, type Order } from './state.ts'

/** Idempotent: settling again, or settling an extension that became moot, gives no event. */
export const decideSettleStock = (command: SettleStock, order: Order, at: Instant): EventsOrRefusal => {
  const { commandId, revision } = command
  if (!order.unsettled.some((item) => item.since.revision === revision)) return []
  return [{ type: 'OrderStockSettled', data: { at, commandId, revision } }]
}

/**
 * Gives no event if the same call is open already, unless the order has changed since: then the failure is a new one, which
 * has to block effects that became due later. A call for attention does not count as a change of the order, so two
 * alternating calls cannot make the stream grow.
 */
export const decideNeedAttention = (command: NeedAttention, order: Order, at: Instant): EventsOrRefusal => {
  const { type: _, ...call } = command
  const known = order.attention.find((item) => isSameCall(item, call) && item.state === 'open')
  if (known !== undefined && known.since.revision > order.changed.revision) return []
  return [{ type: 'OrderNeedsAttention', data: { ...call, at } }]
}

/**
 * `resume`: what failed is tried again. `close`: staff dealt with it by hand, so it is not tried again. Closing is refused
 * while the order can still become a sale, because nothing would finish it then (it has to be cancelled instead).
 */
export const decideResolveAttention = (command: ResolveAttention, order: Order, at: Instant): EventsOrRefusal => {
  if (!order.attention.some((item) => item.state === 'open')) return 'no_attention'
  const { commandId, action, reason } = command
  if (action === 'close' && isUnconfirmed(order)) return 'not_closable'
  const resolved: OrderEvent = { type: 'OrderAttentionResolved', data: { at, commandId, action, reason } }
  if (action === 'close') return [resolved]
  // If a part of a failed refund was refunded another way since, it cannot be retried in full; the rest is requested anew.
  const resumed = evolve(order, resolved, order.last.revision + 1)
  return [resolved, ...refundsOfUnwanted(resumed, { at, commandId, reason: 'refund_resumed' })]
}
