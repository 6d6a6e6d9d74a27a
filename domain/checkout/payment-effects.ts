import { unreachable } from '../assert.ts'
import { currentAttempt, payByOf } from '../order/attempts.ts'
import { importProvider } from '../order/events.ts'
import { capturedAmount, refundedAmount } from '../order/refunds.ts'
import {
  type Attempt,
  isEnded,
  isUnconfirmed,
  type KnownAttempt,
  laterOf,
  type Moment,
  type Order,
  type Refund,
  type RequestedAttempt,
} from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import type { Effect } from './effects.ts'
import { mayHaveBeenTried, owned } from './ownership.ts'

const createIntent = (order: Order, attempt: RequestedAttempt, cause: Moment, at: Instant): readonly Effect[] => {
  const { amount, paymentMethod, since } = attempt
  return [
    {
      type: 'createIntent',
      attempt: attempt.attempt,
      provider: attempt.provider ?? null,
      amount,
      currency: order.currency,
      paymentMethod,
      requestedAt: since.at,
      readFirst: mayHaveBeenTried(order, since, at),
      ...owned(order, cause),
    },
  ]
}

const voidIntent = (order: Order, attempt: KnownAttempt, cause: Moment): readonly Effect[] =>
  attempt.provider === importProvider
    ? []
    : [
        {
          type: 'voidIntent',
          attempt: attempt.attempt,
          provider: attempt.provider,
          providerObjectId: attempt.providerObjectId,
          ...owned(order, cause),
        },
      ]

/**
 * Undoes an attempt that cannot become a sale: voids its object. If it was captured, the refund was requested with that
 * fact.
 */
const undo = (order: Order, attempt: Attempt, at: Instant): readonly Effect[] => {
  const unwanted = isEnded(order) ? laterOf(attempt.since, order.ended) : attempt.since
  switch (attempt.phase) {
    case 'requested':
      // It is unknown whether the object exists. Creating it is idempotent and moves no money; then it can be voided.
      return createIntent(order, attempt, unwanted, at)
    case 'created':
    case 'requires_action':
    case 'authorized':
    case 'declined':
    // After a failed capture the object may still hold an authorization, or be confirmed again with another card.
    case 'capture_failed':
      return voidIntent(order, attempt, unwanted)
    case 'refused':
    case 'voided':
    case 'captured':
      return []
    default:
      return unreachable(attempt)
  }
}

const confirmIntent = (order: Order, attempt: KnownAttempt, at: Instant): readonly Effect[] => {
  const { attempt: number, provider, providerObjectId, since } = attempt
  const intent = { attempt: number, provider, providerObjectId, ...owned(order, since) }
  // After the time to pay nothing new is begun, but what was begun in time may have succeeded.
  if (at >= order.expiresAt) return [{ type: 'readIntent', ...intent }]
  return [{ type: 'confirmIntent', readFirst: mayHaveBeenTried(order, since, at), ...intent }]
}

/** Money is captured only after the stock is committed. A customer's own transfer is looked for when their time is over. */
const captureIntent = (order: Order, attempt: KnownAttempt, at: Instant): readonly Effect[] => {
  if (order.stock.type !== 'committed' || attempt.provider === importProvider) return []
  const cause = laterOf(order.stock.since, attempt.since)
  const payBy = payByOf(order)
  if (payBy !== null && at < payBy) return []
  const { attempt: number, provider, providerObjectId, amount } = attempt
  const readFirst = mayHaveBeenTried(order, cause, at)
  const intent = { attempt: number, provider, providerObjectId, amount }
  const due = owned(order, cause)
  if (payBy === null || due.dueSince.at >= payBy) return [{ type: 'captureIntent', ...intent, readFirst, ...due }]
  // It becomes due by time, not by an event, so it belongs to no process.
  const overdue = { cause, dueSince: { ...due.dueSince, at: payBy }, ownedUntil: payBy }
  return [{ type: 'captureIntent', ...intent, readFirst: true, ...overdue }]
}

const pursue = (order: Order, attempt: Attempt, at: Instant): readonly Effect[] => {
  switch (attempt.phase) {
    case 'requested': {
      // Due since the request, or since the object before it was voided.
      const due = order.attempts.reduce((latest, other) => laterOf(latest, other.since), attempt.since)
      return createIntent(order, attempt, due, at)
    }
    case 'created':
      return confirmIntent(order, attempt, at)
    case 'declined':
      // Its client secret could still be used with another card, and two open objects can become two payments.
      return voidIntent(order, attempt, attempt.since)
    case 'authorized':
      return captureIntent(order, attempt, at)
    case 'refused':
    case 'requires_action':
    case 'voided':
    case 'captured':
    case 'capture_failed':
      return []
    default:
      return unreachable(attempt)
  }
}

/** Undoes superseded attempts first; then carries on the current one, or undoes it too if the order has ended. */
export const paymentEffects = (order: Order, at: Instant): readonly Effect[] => {
  const current = currentAttempt(order)
  const isLive = isUnconfirmed(order)
  const unwanted = order.attempts.filter((attempt) => attempt !== current || isEnded(order))
  const undoing = unwanted.flatMap((attempt) => undo(order, attempt, at))
  if (current === undefined || !isLive) return undoing
  const waits = current.phase === 'requested' && undoing.length > 0
  return waits ? undoing : [...undoing, ...pursue(order, current, at)]
}

/** Whether enough of the payment is left for the refund, by the recorded facts. The provider refuses to refund more. */
const isCovered = (order: Order, { paymentObjectId, amount }: Refund): boolean => {
  const refunds = order.refunds.filter((refund) => refund.paymentObjectId === paymentObjectId)
  const refunded = refunds.reduce((sum, refund) => sum + refundedAmount(refund), 0)
  return amount <= capturedAmount(order, paymentObjectId) - refunded
}

/** The refunds to make, except those whose money was refunded another way (on the provider's own pages, reported late). */
export const refundEffects = (order: Order, at: Instant): readonly Effect[] =>
  order.refunds
    .filter((refund) => refund.phase === 'requested' && refund.provider !== importProvider && isCovered(order, refund))
    .map(({ refundId, provider, paymentObjectId, amount, objects, since }) => ({
      type: 'refundIntent',
      refundId,
      provider,
      paymentObjectId,
      amount,
      failedObjectIds: objects.filter(({ failed }) => failed).map(({ providerObjectId }) => providerObjectId),
      readFirst: mayHaveBeenTried(order, since, at),
      ...owned(order, since),
    }))
