import { unreachable } from '../assert.ts'
import type { OrderEvent } from './events.ts'
import type { AppliedCommand, Made, Order, OrderStatus } from './state.ts'

/** How many command answers an order remembers, and for how long by the `at` of its events. */
export const appliedCommandsMax = 1_000
export const appliedCommandMillisecondsMax = 24 * 3_600_000

/** What an event made for its command; undefined for events whose command no caller waits for. */
const madeBy = (event: OrderEvent): Made | null | undefined => {
  switch (event.type) {
    case 'PaymentRequested':
      return { type: 'payment', attempt: event.data.attempt }
    case 'OrderShipped':
      return { type: 'shipment', shipmentId: event.data.shipmentId }
    case 'OrderReturned':
      return { type: 'return', returnId: event.data.returnId }
    case 'RefundRequested':
      return { type: 'refund', refundId: event.data.refundId, amount: event.data.amount }
    case 'OrderConfirmationRequested':
    case 'OrderCancelled':
    case 'OrderDelivered':
    case 'OrderAttentionResolved':
      return null
    case 'OrderPlaced':
    case 'PaymentRefused':
    case 'PaymentIntentCreated':
    case 'PaymentActionRequired':
    case 'PaymentAuthorized':
    case 'PaymentDeclined':
    case 'PaymentVoided':
    case 'PaymentCaptured':
    case 'PaymentCaptureFailed':
    case 'OrderStockCommitted':
    case 'OrderStockLost':
    case 'OrderConfirmed':
    case 'OrderExpired':
    case 'PaymentRefunded':
    case 'RefundFailed':
    case 'PaymentDisputed':
    case 'OrderStockSettled':
    case 'OrderNeedsAttention':
      return undefined
    default:
      return unreachable(event)
  }
}

/**
 * The remembered answers after an event. A command with several events is answered by `made` of the first and the last
 * status.
 */
export const appliedAfter = (
  before: readonly AppliedCommand[],
  event: OrderEvent,
  status: OrderStatus,
): readonly AppliedCommand[] => {
  const { commandId, at } = event.data
  const known = before.find((applied) => applied.commandId === commandId)
  const made = madeBy(event)
  if (known === undefined && made === undefined) return before
  const answer = { status, made: known === undefined ? (made ?? null) : known.answer.made }
  const others = before.filter(
    (applied) => applied.commandId !== commandId && applied.at > at - appliedCommandMillisecondsMax,
  )
  return [...others, { commandId, at, answer }].slice(-appliedCommandsMax)
}

/** The answer that a command got before; its retry gets the same. */
export const appliedAnswer = (order: Order, commandId: string): AppliedCommand['answer'] | undefined =>
  order.applied.find((applied) => applied.commandId === commandId)?.answer
