import { unreachable } from '../assert.ts'
import { type Instant, secondsAfter } from '../values/instant.ts'
import { attemptOf, currentAttempt, isNews, type PaymentFact } from './attempts.ts'
import type { EventsOrRefusal, RecordDispute, RecordIntentStatus, RecordPaymentRefused } from './commands.ts'
import type { OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { refundsOfPayments } from './refunding.ts'
import { isUnconfirmed, type Order } from './state.ts'

/** Until when staff can confirm the order. Null unless a manual order waits on this authorization. */
const confirmByOf = (command: RecordIntentStatus, order: Order, at: Instant): Instant | null => {
  if (command.status.type !== 'authorized') return null
  const waits =
    isUnconfirmed(order) &&
    order.confirm === 'manual' &&
    order.confirmationRequested === null &&
    order.stock.type === 'held' &&
    attemptOf(order, command) === currentAttempt(order)
  if (!waits) return null
  const latest = secondsAfter(at, command.manualConfirmSeconds)
  return Math.min(latest, command.status.authorizedUntil ?? latest)
}

const factOf = (command: RecordIntentStatus, order: Order, at: Instant): PaymentFact => {
  const { commandId, provider, providerObjectId, amount, status } = command
  const attempt = attemptOf(order, command)?.attempt ?? command.attempt
  const fact = { at, commandId, attempt, provider, providerObjectId, amount }
  switch (status.type) {
    case 'created':
      return { type: 'PaymentIntentCreated', data: fact }
    case 'requires_action':
      return { type: 'PaymentActionRequired', data: fact }
    case 'authorized': {
      const { authorizedUntil, payBy } = status
      const confirmBy = confirmByOf(command, order, at)
      const due = payBy === undefined ? {} : { payBy }
      return { type: 'PaymentAuthorized', data: { ...fact, authorizedUntil, confirmBy, ...due } }
    }
    case 'declined':
      return { type: 'PaymentDeclined', data: { ...fact, declineCode: status.declineCode } }
    case 'voided':
      return { type: 'PaymentVoided', data: fact }
    case 'captured':
      return { type: 'PaymentCaptured', data: fact }
    case 'capture_failed':
      return { type: 'PaymentCaptureFailed', data: { ...fact, reason: status.reason } }
    default:
      return unreachable(status)
  }
}

/** An authorization that is voided after the stock was committed cannot be captured any more, so it ends the order too. */
const endsTheOrder = (fact: PaymentFact, before: Order, after: Order): boolean =>
  isUnconfirmed(before) &&
  currentAttempt(after)?.since.revision === after.last.revision &&
  (fact.type === 'PaymentCaptureFailed' ||
    (fact.type === 'PaymentVoided' && before.status === 'authorized' && before.stock.type === 'committed'))

/** The events that follow at once from a payment fact: the order is confirmed or cancelled, or the money refunded. */
const consequences = (fact: PaymentFact, before: Order, after: Order): readonly OrderEvent[] => {
  const { at, commandId, providerObjectId } = fact.data
  if (endsTheOrder(fact, before, after)) {
    return [{ type: 'OrderCancelled', data: { at, commandId, reason: 'capture_failed', note: null } }]
  }
  if (fact.type !== 'PaymentCaptured') return []
  const isAccepted = isUnconfirmed(after) && currentAttempt(after)?.since.revision === after.last.revision
  if (!isAccepted) {
    return refundsOfPayments(after, { at, commandId, reason: 'captured_too_late', paymentObjectId: providerObjectId })
  }
  return after.stock.type === 'committed' ? [{ type: 'OrderConfirmed', data: { at, commandId } }] : []
}

/** What the provider reports is never refused: it is recorded, then accepted or undone. A known fact gives no event. */
export const decideIntentStatus = (command: RecordIntentStatus, order: Order, at: Instant): EventsOrRefusal => {
  if (!isNews(attemptOf(order, command), command.status.type)) return []
  const fact = factOf(command, order, at)
  const after = evolve(order, fact, order.last.revision + 1)
  return [fact, ...consequences(fact, order, after)]
}

/** Recorded once, and only while nothing is known of an object of the attempt. */
export const decidePaymentRefused = (command: RecordPaymentRefused, order: Order, at: Instant): EventsOrRefusal => {
  const { type: _, ...refused } = command
  const waits = order.attempts.some(({ phase, attempt }) => phase === 'requested' && attempt === refused.attempt)
  return waits ? [{ type: 'PaymentRefused', data: { ...refused, at } }] : []
}

/** A dispute needs a person: it is recorded once and calls for attention. */
export const decideDispute = (command: RecordDispute, order: Order, at: Instant): EventsOrRefusal => {
  const { type: _, ...dispute } = command
  if (order.disputes.some((known) => known.disputeId === dispute.disputeId)) return []
  const { commandId, disputeId, provider, reason } = dispute
  const detail = `dispute ${disputeId}: ${reason}`
  const call = { reason: 'payment_disputed', detail, provider, subject: disputeId } as const
  return [
    { type: 'PaymentDisputed', data: { ...dispute, at } },
    { type: 'OrderNeedsAttention', data: { at, commandId, ...call } },
  ]
}
