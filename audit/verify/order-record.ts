import { unreachable } from '#domain/assert.ts'
import type { RecordedEvent } from '#domain/events.ts'
import type { OrderEvent } from '#domain/order/events.ts'

// The facts about an order that the invariants need, read from its events without the domain's own fold.

type PaymentRecord = { readonly provider: string; readonly captured: number }
type RefundObject = { readonly payment: string; readonly amount: number; readonly failed: boolean }

export type OrderRecord = {
  readonly reservationId: string
  readonly total: number
  readonly lines: number
  status: 'open' | 'authorized' | 'sold' | 'ended'
  /** Until when it can be paid, or as an authorized manual order be confirmed; null where the process goes on by itself. */
  waitsUntil: number | null
  /** An attempt whose outcome is not known. */
  attemptOpen: boolean
  needsAttention: boolean
  /** Until when the customer of an authorized order has to transfer the money; null where a provider takes it. */
  payBy: number | null
  /** Marked for people until somebody has made or recorded a transfer. */
  waitsForTransfer: boolean
  lastAt: number
  /** Payments that took money, by the provider's object. */
  payments: ReadonlyMap<string, PaymentRecord>
  refunds: ReadonlyMap<string, RefundObject>
  /** Refunds without an answer, by their id. The provider may have begun them: a bank can take days. */
  openRefunds: ReadonlyMap<string, Pick<RefundObject, 'payment' | 'amount'>>
  /** Refunds asked for and not answered, and revisions whose stock effects are not known to be written. */
  pending: ReadonlySet<string>
}

type Recorded = RecordedEvent<OrderEvent>

const none: ReadonlyMap<string, never> = new Map<string, never>()

export const orderPlaced = ({ data }: Extract<Recorded, { type: 'OrderPlaced' }>): OrderRecord => ({
  reservationId: data.reservationId,
  total: data.lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
  lines: data.lines.length,
  status: 'open',
  waitsUntil: Math.min(...data.lines.map(({ expiresAt }) => expiresAt)),
  attemptOpen: false,
  needsAttention: false,
  payBy: null,
  waitsForTransfer: false,
  lastAt: data.at,
  payments: none,
  refunds: none,
  openRefunds: none,
  pending: new Set(),
})

const awaiting = (order: OrderRecord, what: string): void => {
  order.pending = new Set([...order.pending, what])
}
const answered = (order: OrderRecord, what: string): void => {
  order.pending = new Set([...order.pending].filter((one) => one !== what))
}

const refunded = (order: OrderRecord, event: Extract<Recorded, { type: 'PaymentRefunded' | 'RefundFailed' }>): void => {
  const { refundId, paymentObjectId: payment, providerObjectId, amount } = event.data
  const failed = event.type === 'RefundFailed'
  order.refunds = new Map([...order.refunds, [providerObjectId, { payment, amount, failed }]])
  order.openRefunds = new Map([...order.openRefunds].filter(([id]) => id !== refundId))
  answered(order, `refund ${refundId}`)
  if (![...order.pending].some((one) => one.startsWith('refund '))) order.waitsForTransfer = false
  if (failed) order.needsAttention = true
}

const authorized = (order: OrderRecord, { data }: Extract<Recorded, { type: 'PaymentAuthorized' }>): void => {
  if (order.status !== 'open') return
  order.status = 'authorized'
  order.waitsUntil = data.confirmBy
  order.payBy = data.payBy ?? null
  order.attemptOpen = false
}

/** Carries an order's record on by one event. */
export const takeOrderEvent = (order: OrderRecord, event: Exclude<Recorded, { type: 'OrderPlaced' }>): void => {
  order.lastAt = event.data.at
  switch (event.type) {
    case 'PaymentRequested':
      order.waitsUntil = event.data.expiresAt
      order.attemptOpen = true
      return
    case 'PaymentActionRequired':
    case 'PaymentDeclined':
    case 'PaymentRefused':
    case 'PaymentVoided':
      order.attemptOpen = false
      return
    case 'PaymentAuthorized':
      return authorized(order, event)
    case 'OrderConfirmationRequested':
      order.waitsUntil = null
      return
    case 'OrderStockCommitted':
      order.waitsUntil = order.payBy
      return
    case 'PaymentCaptured': {
      const { provider, providerObjectId, amount } = event.data
      order.payBy = null
      order.waitsForTransfer = false
      order.payments = new Map([...order.payments, [providerObjectId, { provider, captured: amount }]])
      return
    }
    case 'OrderConfirmed':
      order.status = 'sold'
      return
    case 'OrderCancelled':
    case 'OrderExpired':
      order.status = 'ended'
      order.waitsForTransfer = false
      return awaiting(order, `stock ${event.revision}`)
    case 'OrderShipped':
    case 'OrderReturned':
      return awaiting(order, `stock ${event.revision}`)
    case 'OrderStockSettled':
      return answered(order, `stock ${event.data.revision}`)
    case 'RefundRequested': {
      const { refundId, paymentObjectId: payment, amount } = event.data
      order.openRefunds = new Map([...order.openRefunds, [refundId, { payment, amount }]])
      return awaiting(order, `refund ${refundId}`)
    }
    case 'PaymentRefunded':
    case 'RefundFailed':
      return refunded(order, event)
    case 'OrderNeedsAttention':
      if (event.data.reason === 'payment_overdue' || event.data.reason === 'refund_by_hand')
        order.waitsForTransfer = true
      else order.needsAttention = true
      return
    case 'OrderAttentionResolved':
      // Closed by hand: what is still pending then is nobody's work any more.
      order.needsAttention = false
      order.waitsForTransfer = false
      if (event.data.action === 'close') order.pending = new Set()
      return
    case 'PaymentIntentCreated':
    case 'PaymentCaptureFailed':
    case 'OrderStockLost':
    case 'OrderDelivered':
    case 'PaymentDisputed':
      return
    default:
      return unreachable(event)
  }
}

export const capturedOf = (order: OrderRecord, payment: string): number => order.payments.get(payment)?.captured ?? 0

/** What was given back of one payment; a refund object that failed gives nothing back. */
export const refundedOf = (order: OrderRecord, payment: string): number =>
  [...order.refunds.values()]
    .filter((refund) => refund.payment === payment && !refund.failed)
    .reduce((sum, { amount }) => sum + amount, 0)

/** What is asked to be given back of one payment and has no answer yet. */
export const openRefundsOf = (order: OrderRecord, payment: string): number =>
  [...order.openRefunds.values()]
    .filter((refund) => refund.payment === payment)
    .reduce((sum, { amount }) => sum + amount, 0)
