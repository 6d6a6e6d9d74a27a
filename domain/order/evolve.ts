import { assert, unreachable } from '../assert.ts'
import { totalOf } from './answers.ts'
import { appliedAfter } from './applied.ts'
import { attemptsAfter, currentAttempt, isOpen, type PaymentFact, payByOf, statusByPayment } from './attempts.ts'
import type { OrderEvent } from './events.ts'
import { returned, settled, shipped } from './evolve-fulfilment.ts'
import { refundsAfter, refundsResumed } from './refunds.ts'
import {
  type Attention,
  isSameCall,
  isUnconfirmed,
  type Moment,
  type Order,
  type OrderState,
  type Unsettled,
} from './state.ts'

type Of<Type extends OrderEvent['type']> = Extract<OrderEvent, { type: Type }>

const placed = ({ data }: Of<'OrderPlaced'>, moment: Moment): Order => ({
  status: 'placed',
  reservationId: data.reservationId,
  customerId: data.customerId,
  person: data.person,
  country: data.country,
  currency: data.currency,
  confirm: data.confirm,
  requestHash: data.requestHash,
  lines: data.lines,
  total: totalOf(data.lines),
  placedAt: data.at,
  expiresAt: Math.min(...data.lines.map((line) => line.expiresAt)),
  extended: false,
  attempts: [],
  confirmationRequested: null,
  stock: { type: 'held' },
  shipments: [],
  returns: [],
  refunds: [],
  disputes: [],
  unsettled: [],
  attention: [],
  resumed: null,
  applied: [],
  changed: moment,
  last: moment,
})

const withPayment = (order: Order, attempts: Order['attempts']): Order =>
  isUnconfirmed(order) ? { ...order, attempts, status: statusByPayment(attempts) } : { ...order, attempts }

const paymentRequested = (order: Order, { data }: Of<'PaymentRequested'>, since: Moment): Order => {
  const current = currentAttempt(order)
  assert(order.status === 'placed', `Payment requested in status ${order.status}`)
  assert(data.attempt === (current?.attempt ?? 0) + 1, `Payment attempt ${data.attempt} is out of order`)
  assert(current === undefined || !isOpen(current), `Payment requested while attempt ${current?.attempt} is open`)
  const { attempt, amount, paymentMethod, expiresAt, provider } = data
  const requested = {
    attempt,
    stray: false,
    amount,
    declineCode: null,
    since,
    phase: 'requested',
    paymentMethod,
    ...(provider === undefined ? {} : { provider }),
  } as const
  const extended = order.extended || expiresAt !== order.expiresAt
  return withPayment({ ...order, expiresAt, extended }, [...order.attempts, requested])
}

const paymentRefused = (order: Order, { data }: Of<'PaymentRefused'>, since: Moment): Order => {
  const { attempt, declineCode } = data
  const requested = order.attempts.find((known) => known.phase === 'requested' && known.attempt === attempt)
  assert(requested?.phase === 'requested', `Payment attempt ${attempt} is refused, but waits for no answer`)
  const refused = { ...requested, phase: 'refused', declineCode, since } as const
  return withPayment(
    order,
    order.attempts.map((known) => (known === requested ? refused : known)),
  )
}

const extensionsDropped = (unsettled: readonly Unsettled[]): readonly Unsettled[] =>
  unsettled.filter((item) => item.kind !== 'extend')

const paymentFact = (order: Order, event: PaymentFact, since: Moment): Order => {
  const paid = withPayment(order, attemptsAfter(order, event, since))
  if (event.type === 'PaymentAuthorized' && event.data.confirmBy !== null) {
    return { ...paid, unsettled: [...paid.unsettled, { since, kind: 'extend', until: event.data.confirmBy }] }
  }
  // Holds are extended only while an authorization waits for its confirmation.
  const waiting = currentAttempt(paid)?.phase === 'authorized'
  return waiting ? paid : { ...paid, unsettled: extensionsDropped(paid.unsettled) }
}

const stockCommitted = (order: Order, since: Moment): Order => {
  assert(isUnconfirmed(order) && order.stock.type === 'held', `Stock committed in status ${order.status}`)
  return { ...order, stock: { type: 'committed', since }, unsettled: extensionsDropped(order.unsettled) }
}

const confirmed = (order: Order): Order => {
  assert(order.status === 'authorized', `Order confirmed in status ${order.status}`)
  assert(currentAttempt(order)?.phase === 'captured', 'Order confirmed before its payment was captured')
  assert(order.stock.type === 'committed', 'Order confirmed before its stock was committed')
  return { ...order, status: 'confirmed' }
}

/** The end of an order closes its holds, in whatever stage they are, and drops extensions that are not made yet. */
const closing = (order: Order, since: Moment): readonly Unsettled[] => [
  ...extensionsDropped(order.unsettled),
  { since, kind: 'close' },
]

const cancelled = (order: Order, { data }: Of<'OrderCancelled'>, ended: Moment): Order => {
  assert(isUnconfirmed(order) || order.status === 'confirmed', `Order cancelled in status ${order.status}`)
  assert(order.shipments.length === 0, 'Order cancelled after a shipment')
  const { reason, note } = data
  return { ...order, unsettled: closing(order, ended), ended, status: 'cancelled', reason, note }
}

const expired = (order: Order, ended: Moment): Order => {
  assert(isUnconfirmed(order), `Order expired in status ${order.status}`)
  return { ...order, unsettled: closing(order, ended), ended, status: 'expired' }
}

const refundRequested = (order: Order, { data }: Of<'RefundRequested'>, since: Moment): Order => {
  const { refundId, provider, paymentObjectId, lines, amount } = data
  assert(!order.refunds.some((refund) => refund.refundId === refundId), `Refund ${refundId} is requested twice`)
  const refund = { refundId, phase: 'requested', provider, paymentObjectId, lines, amount, objects: [], since } as const
  return { ...order, refunds: [...order.refunds, refund] }
}

const attentionResolved = (order: Order, { data }: Of<'OrderAttentionResolved'>, since: Moment): Order => {
  if (data.action === 'close') {
    return { ...order, attention: order.attention.map((item) => ({ ...item, state: 'closed' })) }
  }
  const attention = order.attention.filter((item) => item.state === 'closed')
  return { ...order, attention, resumed: since, refunds: refundsResumed(order, since) }
}

const needsAttention = (order: Order, { data }: Of<'OrderNeedsAttention'>, since: Moment): Order => {
  const { at: _, commandId: _commandId, ...call } = data
  const others = order.attention.filter((item) => !isSameCall(item, call))
  return { ...order, attention: [...others, { ...call, since, state: 'open' }] }
}

const disputed = (order: Order, { data }: Of<'PaymentDisputed'>): Order => {
  const { disputeId, attempt, amount, reason, at } = data
  return { ...order, disputes: [...order.disputes, { disputeId, attempt, amount, reason, at }] }
}

const changed = (order: Order, event: Exclude<OrderEvent, Of<'OrderPlaced'>>, moment: Moment): Order => {
  switch (event.type) {
    case 'PaymentRequested':
      return paymentRequested(order, event, moment)
    case 'PaymentRefused':
      return paymentRefused(order, event, moment)
    case 'PaymentIntentCreated':
    case 'PaymentActionRequired':
    case 'PaymentAuthorized':
    case 'PaymentDeclined':
    case 'PaymentVoided':
    case 'PaymentCaptured':
    case 'PaymentCaptureFailed':
      return paymentFact(order, event, moment)
    case 'OrderConfirmationRequested':
      return { ...order, confirmationRequested: moment }
    case 'OrderStockCommitted':
      return stockCommitted(order, moment)
    case 'OrderStockLost':
      return { ...order, stock: { type: 'lost', lines: event.data.lines } }
    case 'OrderConfirmed':
      return confirmed(order)
    case 'OrderCancelled':
      return cancelled(order, event, moment)
    case 'OrderExpired':
      return expired(order, moment)
    case 'OrderShipped':
      return shipped(order, event, moment)
    case 'OrderDelivered':
      assert(order.status === 'shipped', `Order delivered in status ${order.status}`)
      return { ...order, status: 'delivered' }
    case 'OrderReturned':
      return returned(order, event, moment)
    case 'RefundRequested':
      return refundRequested(order, event, moment)
    case 'PaymentRefunded':
    case 'RefundFailed':
      return { ...order, refunds: refundsAfter(order, event, moment) }
    case 'PaymentDisputed':
      return disputed(order, event)
    case 'OrderStockSettled':
      return settled(order, event)
    case 'OrderNeedsAttention':
      return needsAttention(order, event, moment)
    case 'OrderAttentionResolved':
      return attentionResolved(order, event, moment)
    default:
      return unreachable(event)
  }
}

/** Both reasons ask for a transfer of money: they are resolved when that transfer is recorded. */
const withoutMoot = (order: Order): Order => {
  const isOpenRefund = (refundId: string | undefined): boolean =>
    order.refunds.some((refund) => refund.phase === 'requested' && refund.refundId === (refundId ?? refund.refundId))
  const isMoot = ({ reason, subject }: Attention): boolean =>
    (reason === 'payment_overdue' && payByOf(order) === null) || (reason === 'refund_by_hand' && !isOpenRefund(subject))
  return order.attention.some(isMoot) ? { ...order, attention: order.attention.filter((item) => !isMoot(item)) } : order
}

/** The order after the event at `revision` of its stream. Throws an AssertionError if the event cannot follow. */
export const evolve = (state: OrderState, event: OrderEvent, revision: number): Order => {
  const moment = { at: event.data.at, revision }
  if (event.type === 'OrderPlaced') {
    assert(state.status === 'none' && revision === 0, 'OrderPlaced is not the first event of its stream')
    return placed(event, moment)
  }
  assert(state.status !== 'none', `${event.type} before OrderPlaced`)
  assert(revision === state.last.revision + 1, `Revision ${revision} does not follow ${state.last.revision}`)
  const order = withoutMoot(changed(state, event, moment))
  return {
    ...order,
    applied: appliedAfter(order.applied, event, order.status),
    changed: event.type === 'OrderNeedsAttention' ? order.changed : moment,
    last: moment,
  }
}

/** The order after a decision's events, which follow the state that it was decided on. */
export const evolveAll = (state: OrderState, events: readonly OrderEvent[]): OrderState =>
  events.reduce<OrderState>(
    (order, event) => evolve(order, event, order.status === 'none' ? 0 : order.last.revision + 1),
    state,
  )
