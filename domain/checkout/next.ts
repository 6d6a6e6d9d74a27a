import { unreachable } from '../assert.ts'
import { currentAttempt, payByOf } from '../order/attempts.ts'
import { expiryOf } from '../order/ending.ts'
import { type AttentionReason, importProvider } from '../order/events.ts'
import type { Order, OrderState } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import type { Effect, EffectType } from './effects.ts'
import { paymentEffects, refundEffects } from './payment-effects.ts'
import { stockEffects } from './stock-effects.ts'

// The checkout process: what an order still needs, read off its fold alone. It knows no other time than the events' own
// and the `at` it is asked for, so the API, the runner and the sweep all find the same, and it does not matter who acts.
//
// How to drive it: run an effect, hand what came of it to `decideOrder`, append, ask again. The effects of one answer do
// not depend on each other; after an event was appended the answer is stale. Who appended the event that made an effect
// due runs it at once; everybody else only once `ownedUntil` has passed (`mayRun` says so). An answer without effects and without
// `lookAgainAt` is at rest: finished, or waiting for people, who will append something.

export type Next = { readonly effects: readonly Effect[]; readonly lookAgainAt: Instant | null }

const finished: Next = { effects: [], lookAgainAt: null }

/** Which effects a call for attention holds up: those that it says have failed, and not the rest of the order. */
const heldUp: Readonly<Record<AttentionReason, readonly EffectType[]>> = {
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

/** What became due after the call for attention has not failed yet, and is tried. */
const isHeldUp = (order: Order, effect: Effect): boolean =>
  order.attention.some(
    ({ reason, since }) => heldUp[reason].includes(effect.type) && effect.cause.revision < since.revision,
  )

/** An object known to be out of reach is not read before the end: whatever it holds is voided after. */
const isReadable = (order: Order): boolean =>
  !order.attention.some(
    ({ reason, state }) =>
      state === 'open' && (reason === 'provider_unreachable' || reason === 'payment_outcome_unknown'),
  )

const expireEffect = (order: Order, expiry: Instant): Effect => {
  const current = currentAttempt(order)
  const waits = current?.phase === 'requires_action' || current?.phase === 'authorized'
  const readFirst =
    waits && current.provider !== importProvider && isReadable(order)
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
  ].filter((effect) => !isHeldUp(order, effect))
  const effects = isOver ? [...due, expireEffect(order, expiry)] : due
  const payBy = payByOf(order)
  const transfer = payBy !== null && at < payBy ? [payBy] : []
  const times = [...effects.map((effect) => effect.ownedUntil), ...(expiry === null ? [] : [expiry]), ...transfer]
  return { effects, lookAgainAt: times.length === 0 ? null : Math.min(...times) }
}

/**
 * The effects due at `at`, and when to look again (a time that has passed: now). Ask with the `at` of the order's last
 * event to learn when it needs looking at, whoever else does not come.
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
