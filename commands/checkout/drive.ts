import { type Effect, subjectOf } from '#domain/checkout/effects.ts'
import { next } from '#domain/checkout/next.ts'
import { mayRun, ownedSeconds } from '#domain/checkout/ownership.ts'
import type { AttentionReason } from '#domain/order/events.ts'
import type { OrderState } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { type Instant, secondsAfter } from '#domain/values/instant.ts'
import type { OrderSubmitted } from '../order-stream.ts'
import { ProviderRefused } from '../payment-provider.ts'
import { providerNamed } from '../payment-providers.ts'
import { NoAnswer } from '../stream-writer/errors.ts'
import type { CheckoutPorts, OrderRun } from './ports.ts'
import { type EffectOutcome, isOutcomeUnknown, runProviderEffect } from './provider-effects.ts'
import { callForAttention, recordFact, recordIntent } from './record.ts'
import { runStockEffect } from './stock-effects.ts'

// Drives the checkout process of one order until it rests: asks `next`, runs the effects, records their results, and asks
// again. Every effect is idempotent, so the API, the checkout runner, the sweep and a wake-up can all drive the same order.

/** More steps than an order needs in one drive. If they are used up, the next look goes on. */
const stepsMax = 50

/** An effect that has failed for this long needs a person. */
const attentionAfterSeconds = 3_600

export type Driven = {
  readonly state: OrderState
  readonly position: bigint
  /** Set if the shopper's browser has to go on. Never stored and never logged. */
  readonly clientSecret: string | null
  /** Whether effects are due that belong to another process: its work may lead to what this caller wants. */
  readonly othersAtWork: boolean
}

type Step = { readonly outcome: EffectOutcome } | { readonly doubt: Effect; readonly error: Error }

const expireOrder = async (
  { readFirst }: Extract<Effect, { readonly type: 'expireOrder' }>,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<OrderSubmitted> => {
  if (readFirst !== null) {
    const provider = providerNamed(readFirst.provider, ports)
    const view = await provider.readIntent(readFirst.providerObjectId)
    await recordIntent({ attempt: readFirst.attempt, provider: provider.name, view }, run, ports)
  }
  return recordFact({ type: 'ExpireOrder' }, run, ports)
}

const runEffect = async (
  effect: Effect,
  reservationId: string,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<EffectOutcome> => {
  switch (effect.type) {
    case 'commitStock':
    case 'extendForAuthorization':
    case 'settleStock':
      return { submitted: await runStockEffect(effect, reservationId, run, ports), clientSecret: null }
    case 'expireOrder':
      return { submitted: await expireOrder(effect, run, ports), clientSecret: null }
    default:
      return runProviderEffect(effect, run, ports)
  }
}

const attentionFor = (effect: Effect): AttentionReason => {
  switch (effect.type) {
    case 'createIntent':
    case 'confirmIntent':
    case 'readIntent':
    case 'captureIntent':
    case 'expireOrder':
      return 'payment_outcome_unknown'
    case 'voidIntent':
      return 'void_failed'
    case 'refundIntent':
      return 'refund_failed'
    default:
      return 'stock_settlement_failed'
  }
}

/** Calls for attention if the provider refused for good, or if the effect has failed for an hour. */
const afterFailure = async (
  effect: Effect,
  error: Error,
  at: Instant,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<void> => {
  const isFinal = error instanceof ProviderRefused
  if (!isFinal && at < secondsAfter(effect.dueSince.at, attentionAfterSeconds)) return
  const reason = !isFinal && isOutcomeUnknown(error) ? 'provider_unreachable' : attentionFor(effect)
  const detail = `${effect.type}: ${error.message}`
  const { provider, subject } = subjectOf(effect)
  const about = reason === 'provider_unreachable' ? { provider } : { provider, subject }
  await callForAttention({ reason, detail, ...about, occasion: effect.dueSince.revision }, run, ports)
}

const attempt = async (effect: Effect, reservationId: string, run: OrderRun, ports: CheckoutPorts): Promise<Step> => {
  try {
    return { outcome: await runEffect(effect, reservationId, run, ports) }
  } catch (error) {
    const expected = error instanceof NoAnswer || error instanceof ProviderRefused || isOutcomeUnknown(error)
    if (!expected || !(error instanceof Error)) throw error
    return { doubt: effect, error }
  }
}

/** Identifies an effect within its order. Fields that change while it waits, like `readFirst`, are not part of it. */
const keyOf = (effect: Effect): string => {
  const object = 'providerObjectId' in effect ? effect.providerObjectId : null
  const number = 'attempt' in effect ? effect.attempt : null
  const refund = 'refundId' in effect ? effect.refundId : null
  return JSON.stringify([effect.type, effect.dueSince.revision, object, number, refund])
}

/** The latest state of the order after these steps; undefined if none of them submitted anything to the order. */
const latestOf = (steps: readonly Step[]): OrderSubmitted | undefined =>
  steps
    .flatMap((taken) => ('outcome' in taken && taken.outcome.submitted ? [taken.outcome.submitted] : []))
    .sort((one, other) => other.revision - one.revision)[0]

/**
 * Drives an order until this caller may run no further effect. `appendedFrom`: the first revision that the caller appended;
 * null if it appended nothing (the checkout runner, the sweep). Each effect is run at most once: an effect with an unknown
 * outcome, or one that the provider still works on, is left for the next look. Rejects with `NoAnswer` if the order's
 * stream cannot be read.
 */
export const driveCheckout = async (
  run: OrderRun,
  from: { readonly appendedFrom: number | null; readonly submitted?: OrderSubmitted },
  ports: CheckoutPorts,
): Promise<Driven> => {
  let { state, position } = from.submitted ?? (await ports.orders.read(orderStream(run.orderId)))
  let clientSecret: string | null = null
  let appendedFrom = from.appendedFrom
  let lookAgainAt: Instant | null = null
  let othersAtWork = false
  const tried = new Set<string>()
  for (let step = 0; step < stepsMax && state.status !== 'none'; step += 1) {
    const at = ports.logTime.now()
    if (at === undefined) break
    const { reservationId, last } = state
    const due = next(state, at)
    const untried = due.effects.filter((effect) => !tried.has(keyOf(effect)))
    // An effect that was tried without success is tried again after another ten seconds.
    const soonest = untried.length < due.effects.length ? secondsAfter(at, ownedSeconds) : at
    lookAgainAt = due.lookAgainAt === null ? null : Math.max(due.lookAgainAt, soonest)
    const runnable = untried.filter((effect) => mayRun(effect, { at, appendedFrom }))
    othersAtWork = runnable.length < untried.length
    if (runnable.length === 0) break
    for (const effect of runnable) tried.add(keyOf(effect))
    appendedFrom ??= last.revision + 1
    const steps = await Promise.all(runnable.map((effect) => attempt(effect, reservationId, run, ports)))
    for (const taken of steps) {
      if ('outcome' in taken) {
        clientSecret = taken.outcome.clientSecret ?? clientSecret
        continue
      }
      ports.warn(`order ${run.orderId}: ${taken.doubt.type} is in doubt: ${taken.error.message}`)
      await afterFailure(taken.doubt, taken.error, at, run, ports)
    }
    const latest = latestOf(steps)
    if (latest === undefined) continue
    state = latest.state
    position = latest.position
  }
  if (lookAgainAt !== null) ports.wakeUp(run.orderId, lookAgainAt)
  return { state, position, clientSecret, othersAtWork }
}
