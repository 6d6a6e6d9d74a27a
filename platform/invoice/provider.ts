import { type IntentView, type PaymentProvider, ProviderRefused } from '#commands/payment-provider.ts'
import { derivedId } from '#domain/values/ids.ts'
import { type Instant, secondsAfter } from '#domain/values/instant.ts'
import { type Invoice, invoiceView, issued, refundView, voided, withRefund } from './invoice.ts'
import type { InvoiceStore } from './store.ts'

// Payment by invoice: authorized as soon as it is confirmed, captured when staff record the customer's transfer, given back
// when staff record a transfer of their own. Ids derive from what an object is for, so a repeated call finds what the first
// one made.

export const invoiceProvider = 'invoice'

export type InvoicePorts = {
  readonly store: InvoiceStore
  readonly now: () => Instant
  /** How long the customer has to transfer the money. */
  readonly dueSeconds: number
}

const missing = (kind: string, id: string): ProviderRefused =>
  new ProviderRefused('resource_missing', `No such ${kind}: ${id}`)

const shown = (id: string, invoice: Invoice | undefined): Invoice => {
  if (invoice === undefined) throw missing('invoice', id)
  return invoice
}

const invoiceIdOf = (orderId: string, attempt: number): string => `inv_${derivedId('invoice', orderId, attempt)}`
export const refundObjectIdOf = (refundId: string): string => `invr_${refundId}`

export const createInvoiceProvider = ({ store, now, dueSeconds }: InvoicePorts): PaymentProvider => {
  const read = async (id: string): Promise<IntentView> => invoiceView(shown(id, await store.read(id)))
  const changed = async (id: string, change: (invoice: Invoice) => Invoice): Promise<IntentView> =>
    invoiceView(shown(id, await store.change(id, change)))

  return {
    name: invoiceProvider,
    createIntent: async ({ orderId, attempt, amount, currency }) => {
      const made = { id: invoiceIdOf(orderId, attempt), orderId, attempt, amount, currency, createdAt: now() }
      const invoice = { ...made, payBy: null, isVoid: false, transfer: null, refunds: [] }
      return invoiceView(await store.insert(invoice))
    },
    findIntent: async ({ orderId, attempt }) => {
      const invoice = await store.read(invoiceIdOf(orderId, attempt))
      return invoice && invoiceView(invoice)
    },
    readIntent: read,
    confirmIntent: ({ providerObjectId }) => changed(providerObjectId, issued(secondsAfter(now(), dueSeconds))),
    // The customer alone moves the money; until staff record that they have, the invoice stays open.
    captureIntent: ({ providerObjectId }) => read(providerObjectId),
    voidIntent: ({ providerObjectId }) => changed(providerObjectId, voided),
    refund: async ({ refundId, paymentObjectId, amount }) => {
      const wanted = { id: refundObjectIdOf(refundId), refundId, amount, transfer: null }
      const invoice = shown(paymentObjectId, await store.change(paymentObjectId, withRefund(wanted)))
      const refund = invoice.refunds.find(({ id }) => id === wanted.id)
      if (refund === undefined) throw new ProviderRefused('exceeds_payment', 'More than is left of what was paid.')
      return refundView(refund, invoice)
    },
    findRefund: async ({ refundId, paymentObjectId }) => {
      const invoice = await store.read(paymentObjectId)
      const refund = invoice?.refunds.find(({ id }) => id === refundObjectIdOf(refundId))
      return invoice && refund && refundView(refund, invoice)
    },
    readRefund: async (id) => {
      const invoice = await store.ofRefund(id)
      const refund = invoice?.refunds.find((known) => known.id === id)
      if (invoice === undefined || refund === undefined) throw missing('refund', id)
      return refundView(refund, invoice)
    },
    readDispute: async (id) => {
      throw missing('dispute', id)
    },
    kindOfNotice,
  }
}

const kindOfNotice = (eventType: string) => (eventType.startsWith('refund.') ? 'refund' : 'intent')
