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
import type { OrderSubmitted } from './order-rules.ts'
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
  /** A payment that begins with less than this left extends the holds by as much, once. */
  readonly paymentWindowSeconds: number
  readonly pause: (milliseconds: number) => Promise<void>
}

/** How long a repetition waits for the call that is already at work, and how often it looks. */
const watchMillisecondsMax = 8_000
const watchEveryMilliseconds = 100

/** Whether a new attempt would be begun. A repetition, and one beside an open attempt, are answered by the order alone. */
const isPayable = (state: OrderState, commandId: string): state is Order => {
  if (state.status !== 'placed' || state.applied.some((applied) => applied.commandId === commandId)) return false
  const current = currentAttempt(state)
  return current === undefined || !isOpen(current)
}

const hasTime = (order: Order, at: Instant, { paymentWindowSeconds }: PayPorts): boolean =>
  order.extended || order.expiresAt >= secondsAfter(at, paymentWindowSeconds)

/** Extends every hold where too little time is left; answers the order's expiry from then on, or that it is too late. */
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

/** Somebody else is at work on the order, the first call of this command perhaps: what comes of that is this one's answer. */
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

/** What paying came to, and the order as it stands then. */
export type PaymentResult = {
  readonly answer: PayOrderAnswer | OrderUseCaseRefusal
  readonly order: Pick<OrderSubmitted, 'state' | 'position'>
}

type Known = Pick<OrderSubmitted, 'state' | 'position' | 'at'>

const lastKnown = (orderId: string, commandId: string, ports: PayPorts): Known | undefined => {
  const at = ports.logTime.now()
  const state = ports.orders.lastKnown(orderStream(orderId))
  if (at === undefined || state === undefined) return undefined
  // Without a position of its own: it is never the answer, as nothing is extended.
  return isPayable(state, commandId) && hasTime(state, at, ports) ? { state, at, position: 0n } : undefined
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
  if (provider === undefined) return { answer: { code: 'payment_method_unavailable' }, order: known }
  const expiresAt = isPayable(state, commandId) ? await extendedExpiry(state, at, run, ports) : at
  if (expiresAt === 'expired') return { answer: { code: 'expired' }, order: known }

  const command = { type: 'RequestPayment', commandId, provider, paymentMethod, expiresAt } as const
  const submitted = await ports.orders.submit(orderStream(orderId), [command], contextOf(origin, orderId))
  return pursuePayment(submitted, run, ports)
}

/**
 * Pays an order that was read, or written, just now. One that may be old does where it was payable with time to spare: what
 * is requested is decided on what the log has, and an order's time only grows. If another attempt is in progress, it is
 * looked at once, since it may have ended unheard; then the payment is requested again.
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

/** Drives checkout after a payment was requested: `submitted` is what the order said to that, as its last result. */
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

/** Pays an order: extends its holds where needed, requests the payment, and drives checkout to its next rest. */
export const payOrder = async (
  request: PayRequest,
  origin: Origin,
  ports: PayPorts,
): Promise<PayOrderAnswer | OrderUseCaseRefusal> => {
  const { orderId } = request
  const known = lastKnown(orderId, origin.commandId, ports) ?? (await ports.orders.read(orderStream(orderId)))
  return (await payKnownOrder(known, request, origin, ports)).answer
}

/** The browser's secret is stored nowhere: a repetition finds it in the provider's object. */
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
