import { unreachable } from '#domain/assert.ts'
import type { LineQuantity, OrderEvent } from '#domain/order/events.ts'
import type { Order } from '#domain/order/state.ts'
import type { OrderRow, RevenueFact } from './table.ts'

/** The price of lines of an order, in minor units. */
const worth = ({ lines }: Order, moved: readonly LineQuantity[]): number => {
  const prices = new Map(lines.map(({ line, unitPrice }) => [line, unitPrice]))
  return moved.reduce((sum, { line, quantity }) => sum + quantity * (prices.get(line) ?? 0), 0)
}

/**
 * The revenue facts of an event. A sale counts once its order is confirmed, at the time the order was placed. Money that was
 * captured and refunded without a sale (a late capture) does not count. A refund that fails in the end counts as zero.
 */
export const revenueOf = (event: OrderEvent, row: OrderRow, at: number): RevenueFact | undefined => {
  const { order_id, country, currency, state } = row
  const facts = { order_id, country, currency, at }
  switch (event.type) {
    case 'OrderConfirmed':
      return { ...facts, fact: 'sale', kind: 'sale', at: row.placed_at, lines: state.lines.length, amount: state.total }
    case 'OrderReturned': {
      const { returnId, lines } = event.data
      return { ...facts, fact: `return ${returnId}`, kind: 'return', lines: lines.length, amount: worth(state, lines) }
    }
    case 'PaymentRefunded':
    case 'RefundFailed': {
      if (row.confirmed_at === null) return undefined
      const amount = event.type === 'RefundFailed' ? 0 : event.data.amount
      return { ...facts, fact: `refund ${event.data.providerObjectId}`, kind: 'refund', lines: 0, amount }
    }
    case 'OrderPlaced':
    case 'PaymentRequested':
    case 'PaymentRefused':
    case 'PaymentIntentCreated':
    case 'PaymentActionRequired':
    case 'PaymentAuthorized':
    case 'PaymentDeclined':
    case 'OrderConfirmationRequested':
    case 'OrderStockCommitted':
    case 'OrderStockLost':
    case 'PaymentCaptured':
    case 'PaymentCaptureFailed':
    case 'OrderCancelled':
    case 'OrderExpired':
    case 'PaymentVoided':
    case 'OrderShipped':
    case 'OrderDelivered':
    case 'RefundRequested':
    case 'PaymentDisputed':
    case 'OrderStockSettled':
    case 'OrderNeedsAttention':
    case 'OrderAttentionResolved':
      return undefined
    default:
      return unreachable(event)
  }
}
