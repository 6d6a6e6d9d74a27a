import type { IntentView, IntentViewStatus, OrderAttempt, RefundView } from '#commands/payment-provider.ts'
import type { Transfer } from '#commands/transfers.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { MinorUnits } from '#domain/values/money.ts'

// One invoice, and what can be done to it, as pure functions: the store runs each of them under a lock of the invoice.

/** A bank transfer as staff recorded it: the customer's, or one that gives money back. */
export type RecordedTransfer = Omit<Transfer, 'amount'> & {
  readonly recordedAt: Instant
  /** Whether it was reported to its order. */
  readonly reported: boolean
}

/** `transfer` is null until staff have transferred the money back and recorded that. */
export type InvoiceRefund = {
  readonly id: string
  readonly refundId: string
  readonly amount: MinorUnits
  readonly transfer: RecordedTransfer | null
}

export type Invoice = OrderAttempt & {
  readonly id: string
  readonly amount: MinorUnits
  readonly currency: string
  readonly createdAt: Instant
  /** Set when the invoice is issued. */
  readonly payBy: Instant | null
  readonly isVoid: boolean
  /** The customer's transfer. It counts on a void invoice too: the money has arrived, and the order gives it back. */
  readonly transfer: RecordedTransfer | null
  readonly refunds: readonly InvoiceRefund[]
}

const statusOf = ({ payBy, isVoid, transfer, amount }: Invoice): IntentViewStatus => {
  if (transfer !== null) return { type: 'captured', capturedAmount: amount }
  if (isVoid) return { type: 'voided' }
  return payBy === null ? { type: 'created' } : { type: 'authorized', authorizedUntil: null, payBy }
}

export const invoiceView = (invoice: Invoice): IntentView => ({
  providerObjectId: invoice.id,
  amount: invoice.amount,
  status: statusOf(invoice),
  clientSecret: null,
  order: { orderId: invoice.orderId, attempt: invoice.attempt },
})

export const refundView = ({ id, refundId, amount, transfer }: InvoiceRefund, invoice: Invoice): RefundView => ({
  providerObjectId: id,
  refundId,
  paymentObjectId: invoice.id,
  amount,
  status: { type: transfer === null ? 'by_hand' : 'refunded' },
})

/** Issues the invoice, once; one that is void stays void. */
export const issued =
  (payBy: Instant) =>
  (invoice: Invoice): Invoice =>
    invoice.payBy === null && !invoice.isVoid ? { ...invoice, payBy } : invoice

export const voided = (invoice: Invoice): Invoice =>
  invoice.transfer === null ? { ...invoice, isVoid: true } : invoice

/** Records the customer's transfer. The first one stands. */
export const paidBy =
  (transfer: RecordedTransfer) =>
  (invoice: Invoice): Invoice =>
    invoice.transfer === null ? { ...invoice, transfer } : invoice

/** Adds a refund, once; never more than was paid. */
export const withRefund =
  (refund: InvoiceRefund) =>
  (invoice: Invoice): Invoice => {
    const asked = invoice.refunds.reduce((sum, { amount }) => sum + amount, refund.amount)
    const isKnown = invoice.refunds.some(({ id }) => id === refund.id)
    const isCovered = invoice.transfer !== null && asked <= invoice.amount
    return isKnown || !isCovered ? invoice : { ...invoice, refunds: [...invoice.refunds, refund] }
  }

/** Records the transfer that gives a refund back. The first one stands. */
export const givenBack =
  (refundObjectId: string, transfer: RecordedTransfer) =>
  (invoice: Invoice): Invoice => ({
    ...invoice,
    refunds: invoice.refunds.map((refund) =>
      refund.id === refundObjectId && refund.transfer === null ? { ...refund, transfer } : refund,
    ),
  })

const reportedOf = (transfer: RecordedTransfer | null): RecordedTransfer | null =>
  transfer && { ...transfer, reported: true }

/** Marks the transfer of this object (the invoice itself, or one of its refunds) as reported to its order. */
export const reportedTransfer =
  (objectId: string) =>
  (invoice: Invoice): Invoice => ({
    ...invoice,
    transfer: objectId === invoice.id ? reportedOf(invoice.transfer) : invoice.transfer,
    refunds: invoice.refunds.map((refund) =>
      refund.id === objectId ? { ...refund, transfer: reportedOf(refund.transfer) } : refund,
    ),
  })
