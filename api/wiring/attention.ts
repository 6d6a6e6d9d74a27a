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

/** What a person has to see to, for each reason. */
const waitsFor = (reason: AttentionReason): string => {
  switch (reason) {
    case 'provider_unreachable':
      return 'The payment provider to be reachable again; then resume.'
    case 'payment_outcome_unknown':
      return 'Somebody to look the payment up at the provider; then resume, or close.'
    case 'stock_shortfall':
      return 'Stock to arrive or be found, or the order to be cancelled.'
    case 'refund_failed':
      return 'The refund to be made another way and closed, or to be tried again.'
    case 'void_failed':
      return 'The authorization to be let go at the provider; then resume, or close.'
    case 'stock_settlement_failed':
      return 'Somebody to compare the stock with what was shipped or returned; then resume, or close.'
    case 'payment_disputed':
      return 'The dispute to be answered at the provider; then close.'
    case 'payment_overdue':
      return 'The transfer of the customer to arrive and be recorded, or the order to be cancelled.'
    case 'refund_by_hand':
      return 'Somebody to transfer the money back to the customer, and to record that.'
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
      reason: 'No order is known that this belongs to: look the object up at the payment provider.',
    }))
  },
})
