import { type Data, listIn, numberIn, textIn } from './data.ts'

// The facts of an order's events as plain sets: what was paid, shipped and refunded, and what is still open.

export type OrderBook = {
  readonly orderId: string
  readonly reservationId: string
  readonly lines: ReadonlyArray<{
    readonly line: number
    readonly stream: string
    readonly quantity: number
    readonly expiresAt: number
  }>
  readonly total: number
  status: 'open' | 'confirmed' | 'cancelled' | 'expired'
  revision: number
  /** Amounts captured, by payment object. */
  readonly captured: Map<string, number>
  /** Refund objects that gave money back and did not fail since. */
  readonly refunded: Map<string, number>
  readonly refundsFailed: Set<string>
  readonly refundsRequested: Map<string, number>
  readonly refundsAnswered: Set<string>
  /** Revisions whose stock effects are still to be written. */
  readonly unsettled: Set<number>
  /** Revisions that asked for longer holds: settled too, unless the order goes on before. */
  readonly extensions: Set<number>
  readonly shipped: Map<number, number>
  stockCommitted: boolean
  /** For each reason, what it is about; '' if it names nothing. */
  readonly attention: Map<string, Set<string>>
  readonly intents: Set<string>
}

const placed = (orderId: string, data: Data): OrderBook => {
  const lines = listIn(data, 'lines')
  return {
    orderId,
    reservationId: textIn(data, 'reservationId'),
    lines: lines.map((line) => ({
      line: numberIn(line, 'line'),
      stream: `stock-${textIn(line, 'sku')}@${textIn(line, 'location')}`,
      quantity: numberIn(line, 'quantity'),
      expiresAt: numberIn(line, 'expiresAt'),
    })),
    total: lines.reduce((sum, line) => sum + numberIn(line, 'quantity') * numberIn(line, 'unitPrice'), 0),
    status: 'open',
    revision: 0,
    captured: new Map(),
    refunded: new Map(),
    refundsFailed: new Set(),
    refundsRequested: new Map(),
    refundsAnswered: new Set(),
    unsettled: new Set(),
    extensions: new Set(),
    shipped: new Map(),
    stockCommitted: false,
    attention: new Map(),
    intents: new Set(),
  }
}

const sumOf = (amounts: ReadonlyMap<string, number>): number =>
  [...amounts.values()].reduce((sum, amount) => sum + amount, 0)

/** The amount that was captured and not refunded. */
export const netOf = ({ captured, refunded }: OrderBook): number => sumOf(captured) - sumOf(refunded)

const ended = (order: OrderBook, status: 'cancelled' | 'expired'): string | undefined => {
  if (order.status === 'cancelled' || order.status === 'expired') return 'ends twice'
  if (status === 'expired' && order.status === 'confirmed') return 'expires though it is confirmed'
  if (order.shipped.size > 0) return 'ends though something was shipped'
  order.status = status
  order.unsettled.add(order.revision)
  order.attention.delete('payment_overdue')
  return undefined
}

const withSubject = ({ attention }: OrderBook, reason: string, subject: string): void => {
  attention.set(reason, (attention.get(reason) ?? new Set()).add(subject))
}

const withoutSubject = ({ attention }: OrderBook, reason: string, subject: string): void => {
  const subjects = attention.get(reason)
  if (subjects?.delete(subject) && subjects.size === 0) attention.delete(reason)
}

/** Whether the order calls for attention because of this refund. */
export const isRefundReported = ({ attention }: OrderBook, refundId: string): boolean =>
  ['refund_failed', 'refund_by_hand'].some((reason) => attention.get(reason)?.has(refundId))

const change = (order: OrderBook, type: string, data: Data): string | undefined => {
  const objectId = textIn(data, 'providerObjectId')
  switch (type) {
    case 'PaymentIntentCreated':
      order.intents.add(objectId)
      return undefined
    case 'PaymentAuthorized':
      if (data.confirmBy !== null) order.extensions.add(order.revision)
      return undefined
    case 'OrderStockCommitted':
      order.stockCommitted = true
      return undefined
    case 'PaymentCaptured':
      if (order.captured.has(objectId)) return 'counts a payment twice'
      order.captured.set(objectId, numberIn(data, 'amount'))
      order.attention.delete('payment_overdue')
      return undefined
    case 'OrderConfirmed':
      if (order.status !== 'open') return `confirms an order that is ${order.status}`
      if (!order.stockCommitted) return 'confirms without stock'
      if (netOf(order) !== order.total) return `confirms with ${netOf(order)} of ${order.total} paid`
      order.status = 'confirmed'
      return undefined
    case 'OrderCancelled':
      return ended(order, 'cancelled')
    case 'OrderExpired':
      return ended(order, 'expired')
    case 'OrderShipped':
    case 'OrderReturned': {
      if (order.status !== 'confirmed') return `moves units of an order that is ${order.status}`
      order.unsettled.add(order.revision)
      if (type === 'OrderReturned') return undefined
      for (const moved of listIn(data, 'lines')) {
        const line = numberIn(moved, 'line')
        const total = (order.shipped.get(line) ?? 0) + numberIn(moved, 'quantity')
        order.shipped.set(line, total)
        if (total > (order.lines.find((one) => one.line === line)?.quantity ?? 0)) return 'ships more than was ordered'
      }
      return undefined
    }
    case 'OrderStockSettled':
      return order.unsettled.delete(numberIn(data, 'revision')) || order.extensions.delete(numberIn(data, 'revision'))
        ? undefined
        : 'settles what is not open'
    case 'RefundRequested':
      order.refundsRequested.set(textIn(data, 'refundId'), numberIn(data, 'amount'))
      return undefined
    case 'PaymentRefunded':
      if (order.refunded.has(objectId) || order.refundsFailed.has(objectId)) return 'counts a refund twice'
      order.refunded.set(objectId, numberIn(data, 'amount'))
      order.refundsAnswered.add(textIn(data, 'refundId'))
      withoutSubject(order, 'refund_by_hand', textIn(data, 'refundId'))
      return netOf(order) < 0 ? 'gives back more than was taken' : undefined
    case 'RefundFailed':
      order.refunded.delete(objectId)
      order.refundsFailed.add(objectId)
      order.refundsAnswered.add(textIn(data, 'refundId'))
      return undefined
    case 'OrderNeedsAttention':
      withSubject(order, textIn(data, 'reason'), textIn(data, 'subject'))
      return undefined
    case 'OrderAttentionResolved':
      order.attention.clear()
      return undefined
    default:
      return undefined
  }
}

/** Takes the event of an order's stream; answers the order, or what is wrong with the event. */
export const takeOrderEvent = (
  order: OrderBook | undefined,
  event: { readonly orderId: string; readonly type: string; readonly revision: number; readonly data: Data },
): OrderBook | string => {
  const { orderId, type, revision, data } = event
  if (type === 'OrderPlaced') return order === undefined ? placed(orderId, data) : 'is placed twice'
  if (order === undefined) return 'of an order that was never placed'
  if (revision !== order.revision + 1) return 'a gap in the revisions'
  order.revision = revision
  return change(order, type, data) ?? order
}
