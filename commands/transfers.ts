import type { MinorUnits } from '#domain/values/money.ts'
import type { ObjectNotice } from './payment-notice.ts'

/** A bank transfer that staff record. */
export type Transfer = {
  /** The same id again is the same transfer. */
  readonly transferId: string
  readonly amount: MinorUnits
  /** The reference on the bank's statement. Only the provider keeps it; it is never in an event. */
  readonly reference: string
  /** The day on the statement, as 2030-01-31. */
  readonly date: string
}

export type TransferRefusal =
  /** The order has nothing that the transfer pays. */
  | { readonly code: 'not_expected' }
  /** There is no such order. */
  | { readonly code: 'order_not_found' }
  /** The provider that is paid by transfer is switched off in this process. */
  | { readonly code: 'switched_off' }
  /** A transfer with another id is recorded already. `isSameLine`: it has the same reference and day. */
  | { readonly code: 'already_recorded'; readonly date: string; readonly isSameLine: boolean }
  /** The transfer is recorded, but the log was restored from a backup that is older than the order. */
  | { readonly code: 'order_missing' }
  | { readonly code: 'amount_differs'; readonly due: MinorUnits }

/** Payments that customers make by bank transfer. Every call answers after its change is durable. */
export type Transfers = {
  /** Records the customer's transfer for an order. Answers the notice to report to the order. */
  readonly receive: (orderId: string, transfer: Transfer) => Promise<ObjectNotice | TransferRefusal>
  /** Records the transfer that pays a refund. */
  readonly giveBack: (
    refund: { readonly orderId: string; readonly refundId: string },
    transfer: Transfer,
  ) => Promise<ObjectNotice | TransferRefusal>
  /** Notices that were not reported to their orders yet. */
  readonly unreported: (limit: number) => Promise<readonly ObjectNotice[]>
  readonly reported: (notice: ObjectNotice) => Promise<void>
}
