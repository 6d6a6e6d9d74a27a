import { paymentView } from '#domain/order/answers.ts'
import { currentAttempt } from '#domain/order/attempts.ts'
import type { OrderRefusal } from '#domain/order/commands.ts'
import type { Order, OrderState } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { type Instant, secondsAfter } from '#domain/values/instant.ts'
import { type Driven, driveCheckout } from './checkout/drive.ts'
import type { CheckoutPorts } from './checkout/ports.ts'
import { extendHolds } from './checkout/stock-effects.ts'
import { contextOf, type Origin } from './context.ts'
import type { OrderRefused } from './order-answers.ts'

/** `pending`: not known at the deadline; ask again with the same key, or read the order. */
export type PaymentOutcome = 'confirmed' | 'authorized' | 'requires_action' | 'declined' | 'pending'

export type OrderPaid = {
  readonly outcome: 'paid'
  readonly status: PaymentOutcome
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

const isPayable = (state: OrderState): state is Order => state.status === 'placed'

/** Extends every hold where too little time is left; answers the order's expiry from then on, or that it is too late. */
const extendedExpiry = async (
  order: Order,
  at: Instant,
  origin: Origin,
  orderId: string,
  ports: PayPorts,
): Promise<Instant | 'expired'> => {
  const windowEnds = secondsAfter(at, ports.paymentWindowSeconds)
  if (order.extended || order.expiresAt >= windowEnds) return order.expiresAt
  const seconds = ports.paymentWindowSeconds
  const refused = await extendHolds(order, seconds, { ...origin, orderId }, ports)
  return refused.length > 0 ? 'expired' : secondsAfter(order.expiresAt, seconds)
}

const statusOf = (order: Order): PaymentOutcome | OrderRefusal => {
  switch (order.status) {
    case 'confirmed':
    case 'shipped':
    case 'delivered':
    case 'returned':
      return 'confirmed'
    case 'authorized':
      return order.confirm === 'manual' ? 'authorized' : 'pending'
    case 'requires_action':
      return 'requires_action'
    case 'placed':
      return paymentView(order).status === 'declined' ? 'declined' : 'pending'
    case 'expired':
      return 'expired'
    case 'cancelled':
      return order.reason === 'stock_lost' ? 'stock_lost' : 'not_payable'
  }
}

const outcomes: readonly string[] = ['confirmed', 'authorized', 'requires_action', 'declined', 'pending']
const isOutcome = (status: PaymentOutcome | OrderRefusal): status is PaymentOutcome => outcomes.includes(status)

/** The browser's secret is kept nowhere: a repetition reads it from the provider's object again. */
const clientSecretOf = async (order: Order, { clientSecret }: Driven, ports: PayPorts): Promise<string | null> => {
  const attempt = currentAttempt(order)
  if (clientSecret !== null || attempt?.phase !== 'requires_action') return clientSecret
  try {
    return (await ports.provider.readIntent(attempt.providerObjectId)).clientSecret
  } catch {
    return null
  }
}

/** The first call is still at work: its outcome is this one's answer. */
const watch = async (orderId: string, driven: Driven, ports: PayPorts): Promise<Driven> => {
  let seen = driven
  for (let waited = 0; waited < watchMillisecondsMax; waited += watchEveryMilliseconds) {
    if (seen.state.status === 'none' || statusOf(seen.state) !== 'pending') return seen
    await ports.pause(watchEveryMilliseconds)
    const { state, position } = await ports.orders.read(orderStream(orderId))
    seen = { state, position, clientSecret: null }
  }
  return seen
}

/** Pays an order: extends its holds where needed, requests the payment, and drives checkout to its next rest. */
export const payOrder = async (
  request: { readonly orderId: string; readonly paymentMethod: string },
  origin: Origin,
  ports: PayPorts,
): Promise<OrderPaid | OrderRefused> => {
  const { orderId, paymentMethod } = request
  const stream = orderStream(orderId)
  const { state, at } = await ports.orders.read(stream)
  const expiresAt = isPayable(state) ? await extendedExpiry(state, at, origin, orderId, ports) : at
  if (expiresAt === 'expired') return { code: 'expired' }

  const command = { type: 'requestPayment', commandId: origin.commandId, paymentMethod, expiresAt } as const
  const submitted = await ports.orders.submit(stream, [command], contextOf(origin, orderId))
  const [result] = submitted.results
  if (result?.outcome === 'refused') return { code: result.refusal }
  const { appendedFrom } = submitted
  const driven = await driveCheckout({ ...origin, orderId }, { appendedFrom, submitted }, ports)
  const rested = appendedFrom === null ? await watch(orderId, driven, ports) : driven
  return paid(rested, ports)
}

const paid = async (driven: Driven, ports: PayPorts): Promise<OrderPaid | OrderRefused> => {
  const { state, position } = driven
  if (state.status === 'none') return { code: 'not_found' }
  const status = statusOf(state)
  if (!isOutcome(status)) return { code: status }
  const { declineCode } = paymentView(state)
  return { outcome: 'paid', status, clientSecret: await clientSecretOf(state, driven, ports), declineCode, position }
}
