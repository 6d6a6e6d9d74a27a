import type { Invoice } from './invoice.ts'
import type { InvoiceStore } from './store.ts'

const isUnreported = ({ transfer, refunds }: Invoice): boolean =>
  [transfer, ...refunds.map((refund) => refund.transfer)].some((recorded) => recorded?.reported === false)

/** Invoices in memory, for the simulator and tests. */
export const createMemoryInvoices = (): { readonly store: InvoiceStore; readonly all: () => readonly Invoice[] } => {
  const invoices = new Map<string, Invoice>()
  const all = (): readonly Invoice[] => [...invoices.values()]
  const store: InvoiceStore = {
    insert: async (invoice) => {
      const known = invoices.get(invoice.id) ?? invoice
      invoices.set(known.id, known)
      return known
    },
    read: async (id) => invoices.get(id),
    ofRefund: async (refundObjectId) => all().find(({ refunds }) => refunds.some(({ id }) => id === refundObjectId)),
    ofOrder: async (orderId) => all().filter((invoice) => invoice.orderId === orderId),
    change: async (id, change) => {
      const before = invoices.get(id)
      if (before !== undefined) invoices.set(id, change(before))
      return invoices.get(id)
    },
    unreported: async (limit) => all().filter(isUnreported).slice(0, limit),
  }
  return { store, all }
}
