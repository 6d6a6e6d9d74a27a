import { appliedAnswer } from '#domain/order/applied.ts'
import { currentAttempt, isOpen } from '#domain/order/attempts.ts'
import type { Order, OrderState } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { type Instant, secondsAfter } from '#domain/values/instant.ts'
import { type Driven, driveCheckout } from './checkout/drive.ts'
import type { CheckoutPorts, OrderRun } from './checkout/ports.ts'
import { extendHolds } from './checkout/stock-effects.ts'
import { contextOf, type Origin } from './context.ts'
import { lookAtOpenAttempt } from './open-attempt.ts'
import type { OrderUseCaseRefusal } from './order-answers.ts'
import type { OrderSubmitted } from './order-stream.ts'
import { hasStatus, type PaymentOutcome, paymentOutcome } from './payment-outcome.ts'
import { providerOfMethod } from './payment-providers.ts'

export type PayOrderAnswer = {
  readonly outcome: 'paid'
  readonly status: Exclude<PaymentOutcome, { readonly code: unknown }>['status']
  readonly clientSecret: string | null
  readonly declineCode: string | null
  readonly position: bigint
}

export type PayPorts = CheckoutPorts & {
  /** If less than this is left when a payment begins, the holds are extended by this time, once. */
  readonly paymentWindowSeconds: number
  readonly pause: (milliseconds: number) => Promise<void>
}

/** How long a repeated call waits for the first one, which is still in progress, and its poll interval. */
const watchMillisecondsMax = 8_000
const watchEveryMilliseconds = 100

/** Whether the command would begin a new attempt. A repeated command, or one beside an open attempt, does not. */
const isPayable = (state: OrderState, commandId: string): state is Order => {
  if (state.status !== 'placed' || state.applied.some((applied) => applied.commandId === commandId)) return false
  const current = currentAttempt(state)
  return current === undefined || !isOpen(current)
}

const hasTime = (order: Order, at: Instant, { paymentWindowSeconds }: PayPorts): boolean =>
  order.extended || order.expiresAt >= secondsAfter(at, paymentWindowSeconds)

/**
 * Extends every hold if too little time is left. Answers the expiry of the order after that, or `expired` if it is too
 * late.
 */
const extendedExpiry = async (
  order: Order,
  at: Instant,
  run: OrderRun,
  ports: PayPorts,
): Promise<Instant | 'expired'> => {
  const seconds = ports.paymentWindowSeconds
  if (hasTime(order, at, ports)) return order.expiresAt
  const refused = await extendHolds(order, seconds, run, ports)
  return refused.length > 0 ? 'expired' : secondsAfter(order.expiresAt, seconds)
}

/**
 * Another process works on the order, perhaps for the first call of this command. Waits for its result, which is the answer
 * here.
 */
const watch = async (orderId: string, attempt: number, driven: Driven, ports: PayPorts): Promise<Driven> => {
  let seen = driven
  for (let waited = 0; waited < watchMillisecondsMax; waited += watchEveryMilliseconds) {
    if (seen.state.status === 'none' || !hasStatus(paymentOutcome(seen.state, attempt), 'pending')) return seen
    await ports.pause(watchEveryMilliseconds)
    const { state, position } = await ports.orders.read(orderStream(orderId))
    seen = { state, position, clientSecret: null, othersAtWork: true }
  }
  return seen
}

/** The answer of a payment, and the order after it. */
export type PaymentResult = {
  readonly answer: PayOrderAnswer | OrderUseCaseRefusal
  readonly order: Pick<OrderSubmitted, 'state' | 'position'>
}

type Known = Pick<OrderSubmitted, 'state' | 'position' | 'at'>

const lastKnown = (orderId: string, commandId: string, ports: PayPorts): Known | undefined => {
  const at = ports.logTime.now()
  const state = ports.orders.lastKnown(orderStream(orderId))
  if (at === undefined || state === undefined) return undefined
  // The position is never used: nothing is extended, so there is an answer with a later position.
  return isPayable(state, commandId) && hasTime(state, at, ports) ? { state, at, position: 0n } : undefined
}

/**
 * The answer of a payment whose provider was switched off since. A payment that was requested before gets its answer again;
 * a new one is refused.
 */
const answerAgain = async (known: Known, commandId: string, run: OrderRun, ports: PayPorts): Promise<PaymentResult> => {
  const { state } = known
  const made = state.status === 'none' ? undefined : appliedAnswer(state, commandId)?.made
  if (made?.type !== 'payment') return { answer: { code: 'payment_method_unavailable' }, order: known }
  const order = await driveCheckout(run, { appendedFrom: null }, ports)
  return { answer: paid(made.attempt, order), order }
}

type PayRequest = { readonly orderId: string; readonly paymentMethod: string }

/** Requests the payment of an order and drives checkout. */
const requestPayment = async (
  known: Known,
  request: PayRequest,
  origin: Origin,
  ports: PayPorts,
): Promise<PaymentResult> => {
  const { orderId, paymentMethod } = request
  const { commandId } = origin
  const run = { ...origin, orderId }
  const { state, at } = known
  const provider = providerOfMethod(paymentMethod, ports)
  if (provider === undefined) return answerAgain(known, commandId, run, ports)
  const expiresAt = isPayable(state, commandId) ? await extendedExpiry(state, at, run, ports) : at
  if (expiresAt === 'expired') return { answer: { code: 'expired' }, order: known }

  const command = { type: 'RequestPayment', commandId, provider, paymentMethod, expiresAt } as const
  const submitted = await ports.orders.submit(orderStream(orderId), [command], contextOf(origin, orderId))
  return pursuePayment(submitted, run, ports)
}

/**
 * Pays an order that was just read or written. An older state is enough if it was payable with time left, because the
 * request is decided on the log's state, and an order's expiry only grows. If another attempt is in progress, it is looked
 * at once, because it may have ended without a webhook; then the payment is requested again.
 */
export const payKnownOrder = async (
  known: Known,
  request: PayRequest,
  origin: Origin,
  ports: PayPorts,
): Promise<PaymentResult> => {
  const first = await requestPayment(known, request, origin, ports)
  if (!('code' in first.answer) || first.answer.code !== 'payment_in_progress') return first
  const { state, position } = await lookAtOpenAttempt(first.order, { ...origin, orderId: request.orderId }, ports)
  const at = ports.logTime.now() ?? known.at
  return isChanged(first.order.state, state) ? requestPayment({ state, position, at }, request, origin, ports) : first
}

const isChanged = (before: OrderState, after: OrderState): boolean =>
  before.status !== 'none' && after.status !== 'none' && before.last.revision !== after.last.revision

/** Drives checkout after a payment was requested. The last result in `submitted` is that of the request. */
export const pursuePayment = async (
  submitted: OrderSubmitted,
  run: OrderRun,
  ports: PayPorts,
): Promise<PaymentResult> => {
  const result = submitted.results.at(-1)
  if (result?.outcome === 'refused') return { answer: result.refusal, order: submitted }
  const made = result?.answer.made
  const attempt = made?.type === 'payment' ? made.attempt : 1
  const { appendedFrom } = submitted
  const driven = await driveCheckout(run, { appendedFrom, submitted }, ports)
  const isOthersWork = appendedFrom === null || driven.othersAtWork
  const watched = isOthersWork ? await watch(run.orderId, attempt, driven, ports) : driven
  const isRepetition = watched.clientSecret === null && isWaitingForShopper(watched.state, attempt)
  const order = isRepetition ? await lookAtOpenAttempt(watched, run, ports) : watched
  return { answer: paid(attempt, order), order }
}

/** Pays an order: extends its holds if needed, requests the payment, and drives checkout until it rests. */
export const payOrder = async (
  request: PayRequest,
  origin: Origin,
  ports: PayPorts,
): Promise<PayOrderAnswer | OrderUseCaseRefusal> => {
  const { orderId } = request
  const known = lastKnown(orderId, origin.commandId, ports) ?? (await ports.orders.read(orderStream(orderId)))
  return (await payKnownOrder(known, request, origin, ports)).answer
}

/** The client secret is not stored, so a repeated call reads it from the provider's object. */
const isWaitingForShopper = (state: OrderState, attempt: number): boolean =>
  state.status !== 'none' && hasStatus(paymentOutcome(state, attempt), 'requires_action')

const paid = (attempt: number, { state, clientSecret, position }: Driven): PayOrderAnswer | OrderUseCaseRefusal => {
  if (state.status === 'none') return { code: 'not_found' }
  const outcome = paymentOutcome(state, attempt)
  if ('code' in outcome) return outcome
  const { status } = outcome
  return {
    outcome: 'paid',
    status,
    clientSecret: status === 'requires_action' ? clientSecret : null,
    declineCode: 'declineCode' in outcome ? outcome.declineCode : null,
    position,
  }
}
