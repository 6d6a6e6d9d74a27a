import { unreachable } from '../assert.ts'
import type { MinorUnits } from '../values/money.ts'
import { currentAttempt } from './attempts.ts'
import type { OrderLine } from './events.ts'
import { capturedAmount, refundedAmount } from './refunds.ts'
import type { Attempt, Order } from './state.ts'

/** The sum of the lines, in minor units. */
export const totalOf = (lines: ReadonlyArray<Pick<OrderLine, 'quantity' | 'unitPrice'>>): MinorUnits =>
  lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0)

type PaymentStatus =
  | 'none'
  | 'pending'
  | 'requires_action'
  | 'authorized'
  | 'declined'
  | 'captured'
  | 'voided'
  | 'refunded'
  | 'partially_refunded'

/** Amounts in minor units, over all payments of the order. */
export type PaymentSummary = {
  readonly status: PaymentStatus
  readonly attempt: number | null
  readonly declineCode: string | null
  readonly amountCaptured: MinorUnits
  readonly amountRefunded: MinorUnits
}

/** An attempt stays `declined` when the process voids its object afterwards. */
const statusOf = (attempt: Attempt): PaymentStatus => {
  switch (attempt.phase) {
    case 'requested':
    case 'created':
      return 'pending'
    case 'requires_action':
    case 'authorized':
    case 'declined':
    case 'captured':
      return attempt.phase
    case 'refused':
      return 'declined'
    case 'voided':
      return attempt.declineCode === null ? 'voided' : 'declined'
    case 'capture_failed':
      return 'voided'
    default:
      return unreachable(attempt)
  }
}

/** The order's payment as people see it: the status of the current attempt, and how much was refunded. */
export const paymentSummary = (order: Order): PaymentSummary => {
  const current = currentAttempt(order)
  const amountCaptured = capturedAmount(order)
  const amountRefunded = order.refunds.reduce((sum, refund) => sum + refundedAmount(refund), 0)
  const byAttempt = current === undefined ? 'none' : statusOf(current)
  const status = amountRefunded === 0 ? byAttempt : amountRefunded >= amountCaptured ? 'refunded' : 'partially_refunded'
  const declineCode = status === 'declined' ? (current?.declineCode ?? null) : null
  return { status, attempt: current?.attempt ?? null, declineCode, amountCaptured, amountRefunded }
}
