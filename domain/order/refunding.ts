import { unreachable } from '../assert.ts'
import { derivedId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { MinorUnits } from '../values/money.ts'
import { currentAttempt, isKnown } from './attempts.ts'
import type {
  EventsOrRefusal,
  OrderRefusalCode,
  RecordRefunded,
  RecordRefundFailed,
  RefundOrder,
  RefundScope,
} from './commands.ts'
import { importProvider, type LineQuantity, type OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { spread, unrefunded } from './quantities.ts'
import { refundableAmount, refundObject, uncoveredRefunds } from './refunds.ts'
import { isEnded, type KnownAttempt, type Order } from './state.ts'

type RefundRequest = {
  readonly at: Instant
  readonly commandId: string
  readonly reason: string
  readonly lines: readonly LineQuantity[]
  readonly amount: MinorUnits
}

/** The refund request. An imported sale was paid elsewhere and is refunded elsewhere, so its refund is recorded at once. */
const requestRefund = (payment: KnownAttempt, request: RefundRequest): readonly OrderEvent[] => {
  const { at, commandId, reason, lines, amount } = request
  const { provider, providerObjectId: paymentObjectId } = payment
  const refundId = derivedId('refund', commandId, paymentObjectId)
  const refund = { at, commandId, refundId, provider, paymentObjectId, amount }
  const requested: OrderEvent = { type: 'RefundRequested', data: { ...refund, lines: [...lines], reason } }
  if (provider !== importProvider) return [requested]
  return [requested, { type: 'PaymentRefunded', data: { ...refund, providerObjectId: refundId } }]
}

/** Refunds all that was captured and not refunded or requested yet, of one payment object or of all. */
export const refundsOfPayments = (
  order: Order,
  request: Pick<RefundRequest, 'at' | 'commandId' | 'reason'> & { readonly paymentObjectId?: string },
): readonly OrderEvent[] =>
  order.attempts
    .filter(isKnown)
    .filter(({ providerObjectId }) => providerObjectId === (request.paymentObjectId ?? providerObjectId))
    .flatMap((payment) => {
      const amount = refundableAmount(order, payment.providerObjectId)
      return amount === 0 ? [] : requestRefund(payment, { ...request, lines: [], amount })
    })

/** Refunds payments without a sale: all payments of an ended order, all but the current one of any other order. */
export const refundsOfUnwanted = (
  order: Order,
  request: Pick<RefundRequest, 'at' | 'commandId' | 'reason'>,
): readonly OrderEvent[] =>
  order.attempts
    .filter(isKnown)
    .filter((attempt) => isEnded(order) || attempt !== currentAttempt(order))
    .flatMap(({ providerObjectId }) => refundsOfPayments(order, { ...request, paymentObjectId: providerObjectId }))

type Wanted = { readonly lines: readonly LineQuantity[]; readonly amount: MinorUnits }

const wanted = (scope: RefundScope, order: Order, payment: KnownAttempt): Wanted | OrderRefusalCode => {
  switch (scope.type) {
    case 'remainder':
      return { lines: [], amount: refundableAmount(order, payment.providerObjectId) }
    case 'amount':
      return { lines: [], amount: scope.amount }
    case 'lines': {
      const lines = spread(order, scope.lines, unrefunded(order))
      if (lines === 'line_not_found') return lines
      if (lines === 'too_many') return 'quantity_exceeds_unrefunded'
      const prices = new Map(order.lines.map((line) => [line.line, line.unitPrice]))
      const amount = lines.reduce((sum, { line, quantity }) => sum + quantity * (prices.get(line) ?? 0), 0)
      return { lines, amount }
    }
    default:
      return unreachable(scope)
  }
}

/** A refund is never larger than what was captured minus what was refunded or requested. */
export const decideRefund = (command: RefundOrder, order: Order, at: Instant): EventsOrRefusal => {
  const payment = currentAttempt(order)
  if (payment?.phase !== 'captured') return 'not_refundable'
  const { commandId, scope, reason } = command
  const refund = wanted(scope, order, payment)
  if (typeof refund === 'string') return refund
  const refundable = refundableAmount(order, payment.providerObjectId)
  if (refund.amount > refundable || refundable === 0) return 'amount_exceeds_refundable'
  if (refund.amount === 0) return 'not_refundable'
  return requestRefund(payment, { ...refund, at, commandId, reason })
}

/** The provider has to refuse a refund that is not covered any more. It fails at once, so that it claims no money. */
const failUncovered = (order: Order, { paymentObjectId, commandId }: RecordRefunded, at: Instant) =>
  uncoveredRefunds(order, paymentObjectId).flatMap(({ refundId, provider, amount }): readonly OrderEvent[] => {
    const reason = 'the money was refunded another way'
    const fact = { at, commandId, refundId, provider, paymentObjectId, amount, reason }
    const call = {
      reason: 'refund_failed',
      detail: `refund ${refundId}: ${reason}`,
      provider,
      subject: refundId,
    } as const
    return [
      // The refund has no object at the provider, so its failure gets an id of ours.
      { type: 'RefundFailed', data: { ...fact, providerObjectId: derivedId('uncovered refund', refundId, commandId) } },
      { type: 'OrderNeedsAttention', data: { at, commandId, ...call } },
    ]
  })

/** A refund object is recorded once. One that failed stays failed. Refunds that it leaves uncovered fail. */
export const decideRefunded = (command: RecordRefunded, order: Order, at: Instant): EventsOrRefusal => {
  const { type: _, ...refund } = command
  if (refundObject(order, refund.providerObjectId) !== undefined) return []
  const refunded: OrderEvent = { type: 'PaymentRefunded', data: { ...refund, at } }
  return [refunded, ...failUncovered(evolve(order, refunded, order.last.revision + 1), command, at)]
}

/** A refund can fail after it succeeded. Then its amount no longer counts as refunded, and the order calls for attention. */
export const decideRefundFailed = (command: RecordRefundFailed, order: Order, at: Instant): EventsOrRefusal => {
  const { type: _, ...refund } = command
  if (refundObject(order, refund.providerObjectId)?.failed === true) return []
  const { commandId, refundId, provider, reason } = refund
  const detail = `refund ${refundId}: ${reason}`
  const call = { reason: 'refund_failed', detail, provider, subject: refundId } as const
  return [
    { type: 'RefundFailed', data: { ...refund, at } },
    { type: 'OrderNeedsAttention', data: { at, commandId, ...call } },
  ]
}
