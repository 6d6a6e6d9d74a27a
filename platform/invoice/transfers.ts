import type { ObjectNotice } from '#commands/payment-notice.ts'
import type { Transfer, TransferRefusal, Transfers } from '#commands/transfers.ts'
import { givenBack, type Invoice, paidBy, type RecordedTransfer, reportedTransfer } from './invoice.ts'
import { type InvoicePorts, invoiceProvider, refundObjectIdOf } from './provider.ts'

// Transfers that staff found on the bank's statement. Each is stored first, and then reported to its order as a notice, like
// those of any provider. It stays marked as unreported until that is done.

const isSame = (one: RecordedTransfer | null, transferId: string): boolean => one?.transferId === transferId

const noticeOf = (kind: 'intent' | 'refund', providerObjectId: string): ObjectNotice => {
  const type = kind === 'intent' ? 'invoice.paid' : 'refund.paid'
  return { eventId: `${providerObjectId}_paid`, provider: invoiceProvider, type, kind, providerObjectId }
}

const unreportedOf = (invoice: Invoice): readonly ObjectNotice[] => [
  ...(invoice.transfer?.reported === false ? [noticeOf('intent', invoice.id)] : []),
  ...invoice.refunds.filter(({ transfer }) => transfer?.reported === false).map(({ id }) => noticeOf('refund', id)),
]

const alreadyRecorded = (
  recorded: RecordedTransfer | null | undefined,
  { reference, date }: Transfer,
): TransferRefusal => {
  if (recorded === null || recorded === undefined) return { code: 'not_expected' }
  const isSameLine = recorded.reference === reference && recorded.date === date
  return { code: 'already_recorded', date: recorded.date, isSameLine }
}

/** The invoice that a transfer is for: the one it was recorded for, the open one, or the last that is not paid. */
const invoiceFor = (invoices: readonly Invoice[], transferId: string): Invoice | undefined => {
  const unpaid = invoices.filter(({ transfer }) => transfer === null)
  return (
    invoices.find(({ transfer }) => isSame(transfer, transferId)) ??
    unpaid.findLast(({ isVoid }) => !isVoid) ??
    unpaid.at(-1) ??
    invoices.at(-1)
  )
}

export const createTransfers = ({ store, now }: Pick<InvoicePorts, 'store' | 'now'>): Transfers => {
  const recordedNow = ({ amount: _, ...transfer }: Transfer): RecordedTransfer => ({
    ...transfer,
    recordedAt: now(),
    reported: false,
  })

  return {
    receive: async (orderId, transfer) => {
      const invoice = invoiceFor(await store.ofOrder(orderId), transfer.transferId)
      if (invoice === undefined) return { code: 'not_expected' }
      if (invoice.transfer !== null && !isSame(invoice.transfer, transfer.transferId))
        return alreadyRecorded(invoice.transfer, transfer)
      if (invoice.amount !== transfer.amount) return { code: 'amount_differs', due: invoice.amount }
      const after = await store.change(invoice.id, paidBy(recordedNow(transfer)))
      const recorded = after?.transfer ?? null
      const isRecorded = isSame(recorded, transfer.transferId)
      return isRecorded ? noticeOf('intent', invoice.id) : alreadyRecorded(recorded, transfer)
    },
    giveBack: async ({ orderId, refundId }, transfer) => {
      const id = refundObjectIdOf(refundId)
      const invoice = await store.ofRefund(id)
      const refund = invoice?.refunds.find((known) => known.id === id)
      if (invoice?.orderId !== orderId || refund === undefined) return { code: 'not_expected' }
      if (refund.transfer !== null && !isSame(refund.transfer, transfer.transferId))
        return alreadyRecorded(refund.transfer, transfer)
      if (refund.amount !== transfer.amount) return { code: 'amount_differs', due: refund.amount }
      const after = await store.change(invoice.id, givenBack(id, recordedNow(transfer)))
      const recorded = after?.refunds.find((known) => known.id === id)?.transfer ?? null
      return isSame(recorded, transfer.transferId) ? noticeOf('refund', id) : alreadyRecorded(recorded, transfer)
    },
    unreported: async (limit) => (await store.unreported(limit)).flatMap(unreportedOf),
    reported: async ({ kind, providerObjectId }) => {
      const invoice = kind === 'refund' ? (await store.ofRefund(providerObjectId))?.id : providerObjectId
      if (invoice !== undefined) await store.change(invoice, reportedTransfer(providerObjectId))
    },
  }
}
