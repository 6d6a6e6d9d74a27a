import { unreachable } from '#domain/assert.ts'
import { isKnown, isNews } from '#domain/order/attempts.ts'
import type { AttemptPhase } from '#domain/order/state.ts'
import type { NoticeKind } from '#domain/provider/events.ts'
import { orderStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { ProviderName } from '#domain/values/names.ts'
import type { CheckoutPorts, OrderRun } from './checkout/ports.ts'
import { recordFact, recordIntent } from './checkout/record.ts'
import type { Origin } from './context.ts'
import type { OrderSubmitted } from './order-stream.ts'
import { type IntentView, type OrderAttempt, type PaymentProvider, ProviderRefused } from './payment-provider.ts'
import { providerNamed } from './payment-providers.ts'

// A provider's webhook says that something happened. What is true now, and which order it belongs to, is read from the
// object: the payment names the order, and the object's state is recorded in that order's stream, where repeated facts and
// any order of arrival change nothing.

/**
 * The phase that a payment has reached at least, by the type of its webhook, and the order that was written on the payment.
 */
export type Hint = OrderAttempt & { readonly phase: AttemptPhase }

/** A verified webhook, reduced to ids. A hint is never recorded; it only tells whether the provider has to be asked. */
export type PaymentNotice = {
  readonly eventId: string
  /** The provider that sent it. */
  readonly provider: ProviderName
  readonly type: string
} & (
  | { readonly kind: 'intent'; readonly providerObjectId: string; readonly hint?: Hint | undefined }
  | { readonly kind: Exclude<NoticeKind, 'intent'>; readonly providerObjectId: string }
  | { readonly kind: 'other'; readonly providerObjectId: string | undefined }
)

export type ObjectNotice = Extract<PaymentNotice, { readonly kind: NoticeKind }>

/**
 * The result of a notice. `not_ours`: another system made the object with the same account. `unsettled`: the provider is
 * still processing and sends another notice when it is done. `order_unknown` and `unreadable` have to be retried.
 */
export type Reading =
  | { readonly outcome: 'recorded'; readonly run: OrderRun; readonly submitted: OrderSubmitted }
  | { readonly outcome: 'not_ours' | 'unsettled' | 'order_unknown' | 'unreadable' }

type Owned = IntentView & { readonly order: OrderAttempt }

const recordedIn = async (run: OrderRun, submitted: Promise<OrderSubmitted> | undefined): Promise<Reading> => {
  const submittedFact = await submitted
  if (submittedFact === undefined) return { outcome: 'unsettled' }
  return submittedFact.state.status === 'none'
    ? { outcome: 'order_unknown' }
    : { outcome: 'recorded', run, submitted: submittedFact }
}

type ReadObject = (id: string, provider: PaymentProvider, origin: Origin, ports: CheckoutPorts) => Promise<Reading>

/** The payment of one of our orders; undefined if it belongs to another system. */
const ownPayment = async (paymentObjectId: string | null, provider: PaymentProvider): Promise<Owned | undefined> => {
  if (paymentObjectId === null) return undefined
  const view = await provider.readIntent(paymentObjectId)
  return view.order === null ? undefined : { ...view, order: view.order }
}

const readPayment: ReadObject = async (id, provider, origin, ports) => {
  const payment = await ownPayment(id, provider)
  if (payment === undefined) return { outcome: 'not_ours' }
  const { orderId, attempt } = payment.order
  const run = { ...origin, orderId }
  return recordedIn(run, recordIntent({ attempt, provider: provider.name, view: payment }, run, ports))
}

/** A refund made on the provider's own pages counts like our own, under an id that derives from its object's. */
const readRefund: ReadObject = async (id, provider, origin, ports) => {
  const view = await provider.readRefund(id)
  const { providerObjectId, amount, status } = view
  if (status.type === 'pending' || status.type === 'by_hand') return { outcome: 'unsettled' }
  const payment = await ownPayment(view.paymentObjectId, provider)
  if (payment === undefined) return { outcome: 'not_ours' }
  const run = { ...origin, orderId: payment.order.orderId }
  const fact = {
    refundId: view.refundId ?? derivedId('refund', providerObjectId),
    provider: provider.name,
    paymentObjectId: payment.providerObjectId,
    providerObjectId,
    amount,
  }
  return status.type === 'failed'
    ? recordedIn(run, recordFact({ type: 'RecordRefundFailed', ...fact, reason: status.reason }, run, ports))
    : recordedIn(run, recordFact({ type: 'RecordRefunded', ...fact }, run, ports))
}

const readDispute: ReadObject = async (id, provider, origin, ports) => {
  const { providerObjectId: disputeId, paymentObjectId, amount, reason } = await provider.readDispute(id)
  const payment = await ownPayment(paymentObjectId, provider)
  if (payment === undefined) return { outcome: 'not_ours' }
  const { orderId, attempt } = payment.order
  const run = { ...origin, orderId }
  const { providerObjectId } = payment
  const fact = { attempt, provider: provider.name, providerObjectId, amount, disputeId, reason }
  return recordedIn(run, recordFact({ type: 'RecordDispute', ...fact }, run, ports))
}

const readObject = (notice: ObjectNotice, origin: Origin, ports: CheckoutPorts) => {
  const { kind, providerObjectId } = notice
  const provider = providerNamed(notice.provider, ports)
  switch (kind) {
    case 'intent':
      return readPayment(providerObjectId, provider, origin, ports)
    case 'refund':
      return readRefund(providerObjectId, provider, origin, ports)
    case 'dispute':
      return readDispute(providerObjectId, provider, origin, ports)
    default:
      return unreachable(kind)
  }
}

/**
 * Whether the order has already recorded what the notice can report. Most notices are about what this process has just
 * done. Phases of a payment only rise, so a phase that was known once needs no question to the provider or the log.
 */
export const isAlreadyRecorded = (notice: ObjectNotice, { orders }: Pick<CheckoutPorts, 'orders'>): boolean => {
  if (notice.kind !== 'intent' || notice.hint === undefined) return false
  const { providerObjectId, hint } = notice
  const order = orders.lastKnown(orderStream(hint.orderId))
  if (order === undefined || order.status === 'none') return false
  const attempt = order.attempts.find((known) => isKnown(known) && known.providerObjectId === providerObjectId)
  return attempt !== undefined && !isNews(attempt, hint.phase)
}

/** Reads the notice's object and records it in its order. Rejects if the provider or the log does not answer. */
export const applyNotice = async (notice: ObjectNotice, origin: Origin, ports: CheckoutPorts): Promise<Reading> => {
  try {
    return await readObject(notice, origin, ports)
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    ports.warn(`${notice.type} of ${notice.providerObjectId}: the provider does not show it (${error.code})`)
    return { outcome: 'unreadable' }
  }
}
