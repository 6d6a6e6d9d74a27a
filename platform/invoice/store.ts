import type { Invoice } from './invoice.ts'

/** Where invoices are kept, durably. Every call ends within its deadline, or rejects with `ProviderOutcomeUnknown`. */
export type InvoiceStore = {
  /** Stores a new invoice; answers the one that is there already under its id. */
  readonly insert: (invoice: Invoice) => Promise<Invoice>
  readonly read: (id: string) => Promise<Invoice | undefined>
  readonly ofRefund: (refundObjectId: string) => Promise<Invoice | undefined>
  /** By attempt. */
  readonly ofOrder: (orderId: string) => Promise<readonly Invoice[]>
  /** Changes one invoice under a row lock. Answers the changed invoice; undefined if there is none. */
  readonly change: (id: string, change: (invoice: Invoice) => Invoice) => Promise<Invoice | undefined>
  /** Invoices with a transfer that was not reported to its order yet. */
  readonly unreported: (limit: number) => Promise<readonly Invoice[]>
}
