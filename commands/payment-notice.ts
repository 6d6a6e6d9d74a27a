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
import type { OrderSubmitted } from './order-rules.ts'
import { type IntentView, type OrderAttempt, type PaymentProvider, ProviderRefused } from './payment-provider.ts'
import { providerNamed } from './payment-providers.ts'

// What a provider's webhook tells is that something happened, not what is true now, nor whose it is: the object is read
// again. The payment says which order of ours it belongs to; what the object says is recorded in that order's own stream,
// where doubles and any order of arrival change nothing.

/** What a payment had come to at least, as its webhook tells by its type, and whose we once wrote that it is. */
export type Hint = OrderAttempt & { readonly phase: AttemptPhase }

/** A verified webhook, reduced to ids. A hint never says what is true, only what need not be asked again. */
export type PaymentNotice = {
  readonly eventId: string
  /** Who tells. */
  readonly provider: ProviderName
  readonly type: string
} & (
  | { readonly kind: 'intent'; readonly providerObjectId: string; readonly hint?: Hint | undefined }
  | { readonly kind: Exclude<NoticeKind, 'intent'>; readonly providerObjectId: string }
  | { readonly kind: 'other'; readonly providerObjectId: string | undefined }
)

export type ObjectNotice = Extract<PaymentNotice, { readonly kind: NoticeKind }>

/**
 * What came of a notice. `not_ours`: somebody else made the object with the same account. `unsettled`: the provider is
 * still at work, and tells when it is done. `order_unknown`, `unreadable`: to be tried again.
 */
export type Reading =
  | { readonly outcome: 'recorded'; readonly run: OrderRun; readonly submitted: OrderSubmitted }
  | { readonly outcome: 'not_ours' | 'unsettled' | 'order_unknown' | 'unreadable' }

type Owned = IntentView & { readonly order: OrderAttempt }

const recordedIn = async (run: OrderRun, submitted: Promise<OrderSubmitted> | undefined): Promise<Reading> => {
  const told = await submitted
  if (told === undefined) return { outcome: 'unsettled' }
  return told.state.status === 'none' ? { outcome: 'order_unknown' } : { outcome: 'recorded', run, submitted: told }
}

type ReadObject = (id: string, provider: PaymentProvider, origin: Origin, ports: CheckoutPorts) => Promise<Reading>

/** The payment of an order of ours; undefined where it is somebody else's. */
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

/** One that somebody made on the provider's own pages counts like ours, under an id that derives from its own. */
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
 * Whether the order has long recorded what the notice can tell. Most notices are of what this very process has just done,
 * and facts about a payment only ever rise: so what was once known need not be asked of the provider, nor of the log.
 */
export const isOldNews = (notice: ObjectNotice, { orders }: Pick<CheckoutPorts, 'orders'>): boolean => {
  if (notice.kind !== 'intent' || notice.hint === undefined) return false
  const { providerObjectId, hint } = notice
  const order = orders.lastKnown(orderStream(hint.orderId))
  if (order === undefined || order.status === 'none') return false
  const attempt = order.attempts.find((known) => isKnown(known) && known.providerObjectId === providerObjectId)
  return attempt !== undefined && !isNews(attempt, hint.phase)
}

/** Reads the notice's object and records it in its order. Rejects where the provider or the log cannot be asked. */
export const applyNotice = async (notice: ObjectNotice, origin: Origin, ports: CheckoutPorts): Promise<Reading> => {
  try {
    return await readObject(notice, origin, ports)
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    ports.warn(`${notice.type} of ${notice.providerObjectId}: the provider does not show it (${error.code})`)
    return { outcome: 'unreadable' }
  }
}
