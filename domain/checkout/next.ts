import { unreachable } from '../assert.ts'
import { currentAttempt, payByOf } from '../order/attempts.ts'
import { expiryOf } from '../order/ending.ts'
import { type AttentionReason, importProvider } from '../order/events.ts'
import { type AttentionSubject, isAbout, type Order, type OrderState } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import { type Effect, type EffectType, subjectOf } from './effects.ts'
import { paymentEffects, refundEffects } from './payment-effects.ts'
import { stockEffects } from './stock-effects.ts'

// The checkout process: a pure function of an order's state that answers what the order still needs. It knows only the
// times of the events and the given `at`, so the API, the checkout runner and the sweep get the same answer, and any of
// them can act.
//
// How to drive it: run an effect, give its result to `decideOrder`, append the events, ask again. The effects of one answer
// do not depend on each other; once an event is appended, the answer is stale. The process that appended the event that
// made an effect due runs the effect at once, all others only after `ownedUntil` (see `mayRun`). An answer without effects
// and without `lookAgainAt` means that the order rests: it is finished, or waits for people, who will append something.

export type Next = { readonly effects: readonly Effect[]; readonly lookAgainAt: Instant | null }

const finished: Next = { effects: [], lookAgainAt: null }

/** The effects that a call for attention blocks: those that have failed, not the rest of the order. */
const blocked: Readonly<Record<AttentionReason, readonly EffectType[]>> = {
  provider_unreachable: ['createIntent', 'confirmIntent', 'readIntent', 'captureIntent', 'voidIntent', 'refundIntent'],
  payment_outcome_unknown: ['createIntent', 'confirmIntent', 'readIntent', 'captureIntent'],
  void_failed: ['voidIntent'],
  refund_failed: ['refundIntent'],
  stock_settlement_failed: ['commitStock', 'extendForAuthorization', 'settleStock'],
  stock_shortfall: [],
  payment_disputed: [],
  payment_overdue: ['captureIntent'],
  refund_by_hand: ['refundIntent'],
}

/** An effect that became due after the call for attention has not failed yet, so it is not blocked. */
const isBlocked = (order: Order, effect: Effect): boolean =>
  order.attention.some(
    (call) =>
      blocked[call.reason].includes(effect.type) &&
      isAbout(call, subjectOf(effect)) &&
      effect.cause.revision < call.since.revision,
  )

/** Whether a payment object can be read before the order expires. If not, it is voided after the expiry. */
const isReadable = (order: Order, object: AttentionSubject): boolean =>
  !order.attention.some(
    (call) =>
      call.state === 'open' &&
      (call.reason === 'provider_unreachable' || call.reason === 'payment_outcome_unknown') &&
      isAbout(call, object),
  )

const expireEffect = (order: Order, expiry: Instant): Effect => {
  const current = currentAttempt(order)
  const waits = current?.phase === 'requires_action' || current?.phase === 'authorized'
  const readFirst =
    waits &&
    current.provider !== importProvider &&
    isReadable(order, { provider: current.provider, subject: current.providerObjectId })
      ? { attempt: current.attempt, provider: current.provider, providerObjectId: current.providerObjectId }
      : null
  return {
    type: 'expireOrder',
    readFirst,
    cause: order.changed,
    dueSince: { ...order.changed, at: expiry },
    ownedUntil: expiry,
  }
}

const nextOf = (order: Order, at: Instant): Next => {
  const expiry = expiryOf(order)
  const isOver = expiry !== null && at >= expiry
  const due = [
    ...paymentEffects(order, at),
    ...refundEffects(order, at),
    ...(isOver ? [] : stockEffects(order)),
  ].filter((effect) => !isBlocked(order, effect))
  const effects = isOver ? [...due, expireEffect(order, expiry)] : due
  const payBy = payByOf(order)
  const transfer = payBy !== null && at < payBy ? [payBy] : []
  const times = [...effects.map((effect) => effect.ownedUntil), ...(expiry === null ? [] : [expiry]), ...transfer]
  return { effects, lookAgainAt: times.length === 0 ? null : Math.min(...times) }
}

/**
 * The effects due at `at`, and when to look again (now, if that time has passed). Asked with the `at` of the order's last
 * event, it tells when the sweep has to look if no other process drives the order.
 */
export const next = (order: OrderState, at: Instant): Next => {
  switch (order.status) {
    case 'none':
      return finished
    case 'placed':
    case 'requires_action':
    case 'authorized':
    case 'confirmed':
    case 'shipped':
    case 'delivered':
    case 'returned':
    case 'expired':
    case 'cancelled':
      return nextOf(order, at)
    default:
      return unreachable(order)
  }
}
