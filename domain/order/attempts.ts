import { assert, unreachable } from '../assert.ts'
import type { Instant } from '../values/instant.ts'
import type { ProviderName } from '../values/names.ts'
import type { OrderEvent } from './events.ts'
import type { Attempt, AttemptPhase, KnownAttempt, Moment, Order } from './state.ts'

// Reports of the provider come late, twice and out of order. So an attempt's phase is the known fact with the highest rank,
// not the last one reported: the same facts in any order give the same attempt.
const rank: Readonly<Record<AttemptPhase, number>> = {
  requested: 0,
  refused: 1,
  created: 2,
  requires_action: 3,
  declined: 4,
  authorized: 5,
  capture_failed: 6,
  voided: 7,
  captured: 8,
}

export type PaymentFact = Extract<
  OrderEvent,
  {
    type:
      | 'PaymentIntentCreated'
      | 'PaymentActionRequired'
      | 'PaymentAuthorized'
      | 'PaymentDeclined'
      | 'PaymentVoided'
      | 'PaymentCaptured'
      | 'PaymentCaptureFailed'
  }
>

export const isKnown = (attempt: Attempt): attempt is KnownAttempt =>
  attempt.phase !== 'requested' && attempt.phase !== 'refused'

/** The attempt requested last. All others are superseded, and the process undoes them. */
export const currentAttempt = (order: Order): Attempt | undefined =>
  order.attempts.findLast((attempt) => !attempt.stray)

/** The attempt that an object belongs to; undefined for an object that no attempt of the order waits for. */
export const attemptOf = (
  order: Order,
  object: { readonly attempt: number; readonly provider: ProviderName; readonly providerObjectId: string },
): Attempt | undefined =>
  order.attempts.find((attempt) => isKnown(attempt) && attempt.providerObjectId === object.providerObjectId) ??
  order.attempts.find(
    (attempt) =>
      !isKnown(attempt) &&
      attempt.attempt === object.attempt &&
      (attempt.provider === undefined || attempt.provider === object.provider),
  )

/** Whether a fact adds to what is known. A decline after a success is kept once, because it is shown to people. */
export const isNews = (attempt: Attempt | undefined, phase: AttemptPhase): boolean =>
  attempt === undefined || rank[phase] > rank[attempt.phase] || (phase === 'declined' && attempt.declineCode === null)

/** Whether the attempt can still authorize or take money. */
export const isOpen = (attempt: Attempt): boolean => {
  switch (attempt.phase) {
    case 'requested':
    case 'created':
    case 'requires_action':
    case 'authorized':
      return true
    case 'refused':
    case 'declined':
    case 'voided':
    case 'captured':
    case 'capture_failed':
      return false
    default:
      return unreachable(attempt)
  }
}

const phaseOf = (fact: PaymentFact): Exclude<AttemptPhase, 'requested' | 'refused'> => {
  switch (fact.type) {
    case 'PaymentIntentCreated':
      return 'created'
    case 'PaymentActionRequired':
      return 'requires_action'
    case 'PaymentAuthorized':
      return 'authorized'
    case 'PaymentDeclined':
      return 'declined'
    case 'PaymentVoided':
      return 'voided'
    case 'PaymentCaptured':
      return 'captured'
    case 'PaymentCaptureFailed':
      return 'capture_failed'
    default:
      return unreachable(fact)
  }
}

const reached = (before: Attempt | undefined, fact: PaymentFact, since: Moment): KnownAttempt => {
  const { attempt, amount, provider, providerObjectId } = fact.data
  const known = {
    attempt: before?.attempt ?? attempt,
    stray: before?.stray ?? true,
    amount: before?.amount ?? amount,
    declineCode: fact.type === 'PaymentDeclined' ? fact.data.declineCode : (before?.declineCode ?? null),
    since,
    provider,
    providerObjectId,
  }
  switch (fact.type) {
    case 'PaymentIntentCreated':
      return { ...known, phase: 'created' }
    case 'PaymentActionRequired':
      return { ...known, phase: 'requires_action' }
    case 'PaymentDeclined':
      return { ...known, phase: 'declined' }
    case 'PaymentVoided':
      return { ...known, phase: 'voided' }
    case 'PaymentAuthorized': {
      const { authorizedUntil, confirmBy, payBy } = fact.data
      const due = payBy === undefined ? {} : { payBy }
      return { ...known, phase: 'authorized', authorizedUntil, confirmBy, ...due }
    }
    case 'PaymentCaptured':
      return { ...known, phase: 'captured', capturedAmount: amount }
    case 'PaymentCaptureFailed':
      return { ...known, phase: 'capture_failed', reason: fact.data.reason }
    default:
      return unreachable(fact)
  }
}

/** The attempts after a fact: one of them advances, or a stray one is added. */
export const attemptsAfter = (order: Order, fact: PaymentFact, since: Moment): readonly Attempt[] => {
  const before = attemptOf(order, fact.data)
  assert(isNews(before, phaseOf(fact)), `${fact.type} says nothing new about ${fact.data.providerObjectId}`)
  if (before === undefined) return [...order.attempts, reached(undefined, fact, since)]
  const advanced =
    fact.type === 'PaymentDeclined' && rank[before.phase] >= rank.declined
      ? { ...before, declineCode: fact.data.declineCode }
      : reached(before, fact, since)
  return order.attempts.map((attempt) => (attempt === before ? advanced : attempt))
}

/**
 * Until when the customer has to transfer the money of a sale whose stock is committed. Null if the provider takes the money,
 * or if nothing is open. Such an order goes on only when the transfer is recorded or that time has passed.
 */
export const payByOf = (order: Order): Instant | null => {
  const current = currentAttempt(order)
  const isOpenSale = order.status === 'authorized' && order.stock.type === 'committed'
  return isOpenSale && current?.phase === 'authorized' ? (current.payBy ?? null) : null
}

/** The status of an order that is not confirmed yet, by its payment. */
export const statusByPayment = (attempts: readonly Attempt[]): 'placed' | 'requires_action' | 'authorized' => {
  const phase = attempts.findLast((attempt) => !attempt.stray)?.phase
  switch (phase) {
    case 'authorized':
    case 'captured':
      return 'authorized'
    case 'requires_action':
      return 'requires_action'
    case undefined:
    case 'requested':
    case 'refused':
    case 'created':
    case 'declined':
    case 'voided':
    case 'capture_failed':
      return 'placed'
    default:
      return unreachable(phase)
  }
}
