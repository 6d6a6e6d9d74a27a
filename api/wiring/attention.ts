import type { LogTime } from '#commands/ports.ts'
import { unreachable } from '#domain/assert.ts'
import type { AttentionReason } from '#domain/order/events.ts'
import { noticeAttentionMilliseconds } from '#domain/provider/notice.ts'
import { waitingNotices } from '#projections/notices/queries.ts'
import { ordersNeedingAttention } from '#projections/orders/queries.ts'
import type { OrderRow } from '#projections/orders/table.ts'
import type { ReadDatabase } from '#projections/tables.ts'
import { unknownCursor } from '../contract/page.ts'
import type { ListAttentionDependencies, StuckOrderView } from '../routes/orders/list-attention.ts'

/** What an order waits for, for each reason. */
const waitsFor = (reason: AttentionReason): string => {
  switch (reason) {
    case 'provider_unreachable':
      return 'The payment provider has to be reachable again. Then resume.'
    case 'payment_outcome_unknown':
      return 'Somebody has to look up the payment at the provider. Then resume or close.'
    case 'stock_shortfall':
      return 'Stock has to arrive or be found, or the order has to be cancelled.'
    case 'refund_failed':
      return 'The refund has to be made in another way, then close; or resume to try it again.'
    case 'void_failed':
      return 'The authorization has to be voided at the provider. Then resume or close.'
    case 'stock_settlement_failed':
      return 'Somebody has to compare the stock with what was shipped or returned. Then resume or close.'
    case 'payment_disputed':
      return 'The dispute has to be answered at the provider. Then close.'
    case 'payment_overdue':
      return 'The transfer of the customer has to arrive and be recorded, or the order has to be cancelled.'
    case 'refund_by_hand':
      return 'Somebody has to transfer the money back to the customer and record the transfer.'
    default:
      return unreachable(reason)
  }
}

const stuckOrder = ({ order_id, state, look_again_at }: OrderRow): StuckOrderView => ({
  orderId: order_id,
  status: state.status,
  reasons: state.attention
    .filter((attention) => attention.state === 'open')
    .map(({ reason, detail, since }) => ({ reason, detail, waitsFor: waitsFor(reason), since: since.at })),
  nextLookAt: look_again_at ?? undefined,
})

export const wireAttention = (db: ReadDatabase, logTime: LogTime): ListAttentionDependencies => ({
  ordersNeedingAttention: async (query) => {
    const page = await ordersNeedingAttention(db, query)
    if ('code' in page) return unknownCursor
    return { ...page, items: page.items.map(stuckOrder) }
  },
  noticesNeedingAttention: async (limit) => {
    const until = (logTime.now() ?? 0) - noticeAttentionMilliseconds
    return (await waitingNotices(db, { until, limit })).map((kept) => ({
      providerEventId: kept.provider_event_id,
      eventType: kept.event_type,
      providerObjectId: kept.provider_object_id,
      since: kept.received_at,
      reason: 'The order that this belongs to is not known: look up the object at the payment provider.',
    }))
  },
})
