import { assert } from '../assert.ts'
import type { MinorUnits } from '../values/money.ts'
import { isKnown } from './attempts.ts'
import type { OrderEvent } from './events.ts'
import type { Moment, Order, Refund } from './state.ts'

// Money is summed over distinct objects of the provider, so a fact reported twice counts once, and a refund that fails after
// it succeeded no longer counts.

type RefundFact = Extract<OrderEvent, { type: 'PaymentRefunded' | 'RefundFailed' }>

const sum = (amounts: readonly MinorUnits[]): MinorUnits => amounts.reduce((total, amount) => total + amount, 0)

/** What was refunded so far, in minor units. */
export const refundedAmount = (refund: Refund): MinorUnits =>
  sum(refund.objects.filter((object) => !object.failed).map((object) => object.amount))

/** What was captured by one payment object, or by all of them. */
export const capturedAmount = (order: Order, paymentObjectId?: string): MinorUnits =>
  sum(
    order.attempts
      .filter(isKnown)
      .filter((attempt) => paymentObjectId === undefined || attempt.providerObjectId === paymentObjectId)
      .map((attempt) => (attempt.phase === 'captured' ? attempt.capturedAmount : 0)),
  )

/** The part of the captured amount that a refund uses up: all of its amount until the refund is known to have failed. */
const claimed = (refund: Refund): MinorUnits =>
  refund.phase === 'requested' ? Math.max(refund.amount, refundedAmount(refund)) : refundedAmount(refund)

/** Captured, minus refunded and requested. Negative if more was refunded at the provider than the requests leave. */
const unclaimedAmount = (order: Order, paymentObjectId: string): MinorUnits => {
  const refunds = order.refunds.filter((refund) => refund.paymentObjectId === paymentObjectId)
  return capturedAmount(order, paymentObjectId) - sum(refunds.map(claimed))
}

/** What can still be refunded of one payment. Never negative. */
export const refundableAmount = (order: Order, paymentObjectId: string): MinorUnits =>
  Math.max(0, unclaimedAmount(order, paymentObjectId))

/** Requested refunds that the payment does not cover any more, because money was refunded another way. The newest go first. */
export const uncoveredRefunds = (order: Order, paymentObjectId: string): readonly Refund[] => {
  const uncovered: Refund[] = []
  let missing = -unclaimedAmount(order, paymentObjectId)
  for (const refund of order.refunds.toReversed()) {
    if (missing <= 0) break
    if (refund.phase !== 'requested' || refund.paymentObjectId !== paymentObjectId) continue
    uncovered.push(refund)
    missing -= refund.amount
  }
  return uncovered
}

/** The refund object with this id, in whichever refund it is. */
export const refundObject = (order: Order, providerObjectId: string): Refund['objects'][number] | undefined =>
  order.refunds.flatMap((refund) => refund.objects).find((object) => object.providerObjectId === providerObjectId)

const objectsAfter = (refund: Refund, fact: RefundFact): Refund['objects'] => {
  const { providerObjectId, amount } = fact.data
  const object = { providerObjectId, amount, failed: fact.type === 'RefundFailed' }
  const others = refund.objects.filter((known) => known.providerObjectId !== providerObjectId)
  assert(
    others.length === refund.objects.length || object.failed,
    `${fact.type} of the refund object ${providerObjectId}, which is known already`,
  )
  return [...others, object]
}

/** The refunds after a fact. A refund that we did not request (it was made on the provider's own pages) is added. */
export const refundsAfter = (order: Order, fact: RefundFact, since: Moment): readonly Refund[] => {
  const { refundId, provider, paymentObjectId, amount } = fact.data
  const unasked: Refund = {
    refundId,
    phase: 'requested',
    provider,
    paymentObjectId,
    lines: [],
    amount,
    objects: [],
    since,
  }
  const before = order.refunds.find((refund) => refund.refundId === refundId) ?? unasked
  const objects = objectsAfter(before, fact)
  const phase = objects.some((object) => !object.failed) ? 'refunded' : 'failed'
  const after: Refund = { ...before, objects, phase, since }
  return before === unasked
    ? [...order.refunds, after]
    : order.refunds.map((refund) => (refund === before ? after : refund))
}

/** Failed refunds become due again, oldest first, unless their money was refunded another way since. */
export const refundsResumed = (order: Order, since: Moment): readonly Refund[] => {
  let resumed = order
  for (const failed of order.refunds.filter((refund) => refund.phase === 'failed')) {
    if (failed.amount > refundableAmount(resumed, failed.paymentObjectId)) continue
    const again: Refund = { ...failed, phase: 'requested', since }
    resumed = { ...resumed, refunds: resumed.refunds.map((refund) => (refund === failed ? again : refund)) }
  }
  return resumed.refunds
}
