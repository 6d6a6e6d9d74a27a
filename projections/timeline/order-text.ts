import { unreachable } from '#domain/assert.ts'
import type { AttentionReason, LineQuantity, OrderEvent } from '#domain/order/events.ts'
import { instantText } from '#domain/values/instant.ts'
import { moneyText } from './money-text.ts'

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const units = (lines: readonly LineQuantity[]): string =>
  plural(
    lines.reduce((sum, { quantity }) => sum + quantity, 0),
    'unit',
  )

type Data<Type extends OrderEvent['type']> = Extract<OrderEvent, { readonly type: Type }>['data']

const attentionTexts: Readonly<Record<AttentionReason, string>> = {
  provider_unreachable: 'the payment provider cannot be reached',
  payment_outcome_unknown: 'the outcome of a payment is not known',
  stock_shortfall: 'stock that was promised is missing',
  refund_failed: 'a refund failed',
  void_failed: 'an authorization could not be voided',
  stock_settlement_failed: 'its stock could not be settled',
  payment_disputed: 'the payment is disputed',
  payment_overdue: 'the invoice was not paid in time',
  refund_by_hand: 'a refund is to be transferred by hand',
}

const cancelTexts: Readonly<Record<Data<'OrderCancelled'>['reason'], string>> = {
  requested: 'on request',
  stock_lost: 'because its stock was lost',
  capture_failed: 'because the payment could not be captured',
}

const placedText = ({ lines, currency, confirm }: Data<'OrderPlaced'>): string => {
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
  const manual = confirm === 'manual' ? ', to be confirmed by hand' : ''
  return `Order placed: ${units(lines)} in ${plural(lines.length, 'line')} for ${moneyText(total, currency)}${manual}.`
}

const shippedText = ({ lines, carrier, trackingNumber }: Data<'OrderShipped'>): string => {
  const by = carrier === null ? '' : ` by ${carrier}`
  const tracking = trackingNumber === null ? '' : `, tracking number ${trackingNumber}`
  return `Shipped ${units(lines)}${by}${tracking}.`
}

const cancelledText = ({ reason, note }: Data<'OrderCancelled'>): string =>
  `Order cancelled ${cancelTexts[reason]}${note === null ? '' : `: ${note}`}.`

const resolvedText = ({ action, reason }: Data<'OrderAttentionResolved'>): string =>
  `Attention ${action === 'resume' ? 'resolved, the order goes on' : 'closed'}: ${reason}.`

const authorizedText = ({ amount, attempt, payBy }: Data<'PaymentAuthorized'>, currency: string): string => {
  const transfer = payBy === undefined ? '' : `: the customer is to transfer it by ${instantText(payBy)}`
  return `Payment of ${moneyText(amount, currency)} authorized (attempt ${attempt})${transfer}.`
}

/** A sentence for people about an event of an order whose amounts are in `currency`. */
export const orderText = (event: OrderEvent, currency: string): string => {
  switch (event.type) {
    case 'OrderPlaced':
      return placedText(event.data)
    case 'PaymentRequested':
      return `Payment of ${moneyText(event.data.amount, currency)} requested (attempt ${event.data.attempt}).`
    case 'PaymentRefused':
      return `The provider does not accept this payment (${event.data.declineCode}, attempt ${event.data.attempt}).`
    case 'PaymentIntentCreated':
      return `Payment prepared at the provider (attempt ${event.data.attempt}).`
    case 'PaymentActionRequired':
      return `The customer has to confirm the payment (attempt ${event.data.attempt}).`
    case 'PaymentAuthorized':
      return authorizedText(event.data, currency)
    case 'PaymentDeclined':
      return `Payment declined: ${event.data.declineCode} (attempt ${event.data.attempt}). The order can still be paid.`
    case 'OrderConfirmationRequested':
      return 'Confirmation requested.'
    case 'OrderStockCommitted':
      return 'All stock of the order committed.'
    case 'OrderStockLost':
      return `Stock lost for ${plural(event.data.lines.length, 'line')} of the order.`
    case 'PaymentCaptured':
      return `Payment of ${moneyText(event.data.amount, currency)} captured.`
    case 'PaymentCaptureFailed':
      return `Payment could not be captured: ${event.data.reason}.`
    case 'OrderConfirmed':
      return 'Order confirmed.'
    case 'OrderCancelled':
      return cancelledText(event.data)
    case 'OrderExpired':
      return 'Order expired: it was not paid in time.'
    case 'PaymentVoided':
      return `Payment voided, nothing is taken (attempt ${event.data.attempt}).`
    case 'OrderShipped':
      return shippedText(event.data)
    case 'OrderDelivered':
      return 'Order delivered.'
    case 'OrderReturned':
      return `Returned ${units(event.data.lines)}${event.data.restock ? '' : ', not to be sold again'}: ${event.data.reason}.`
    case 'RefundRequested':
      return `Refund of ${moneyText(event.data.amount, currency)} requested: ${event.data.reason}.`
    case 'PaymentRefunded':
      return `Refunded ${moneyText(event.data.amount, currency)}.`
    case 'RefundFailed':
      return `Refund of ${moneyText(event.data.amount, currency)} failed: ${event.data.reason}.`
    case 'PaymentDisputed':
      return `Payment of ${moneyText(event.data.amount, currency)} disputed: ${event.data.reason}.`
    case 'OrderStockSettled':
      return `Stock settled for event ${event.data.revision} of the order.`
    case 'OrderNeedsAttention':
      return `Needs attention: ${attentionTexts[event.data.reason]}${event.data.detail && ` (${event.data.detail})`}.`
    case 'OrderAttentionResolved':
      return resolvedText(event.data)
    default:
      return unreachable(event)
  }
}
