import type { MinorUnits } from '#domain/values/money.ts'
import type { ObjectNotice } from './payment-notice.ts'

/** A bank transfer as staff record it. */
export type Transfer = {
  /** The same id again is the same transfer. */
  readonly transferId: string
  readonly amount: MinorUnits
  /** What the bank's statement says; kept by the provider alone, never in an event. */
  readonly reference: string
  /** The day on the statement, as 2030-01-31. */
  readonly date: string
}

export type TransferRefusal =
  /** The order has nothing that such a transfer would pay. */
  | { readonly code: 'not_found' }
  /** Another transfer is recorded for it. */
  | { readonly code: 'already_recorded' }
  | { readonly code: 'amount_differs'; readonly due: MinorUnits }

/** Payments that customers make by bank transfer. What is recorded is durable before it answers. */
export type Transfers = {
  /** The customer's transfer for an order. Answers the notice that its order is to be told. */
  readonly receive: (orderId: string, transfer: Transfer) => Promise<ObjectNotice | TransferRefusal>
  /** A transfer that gives a refund back. */
  readonly giveBack: (
    refund: { readonly orderId: string; readonly refundId: string },
    transfer: Transfer,
  ) => Promise<ObjectNotice | TransferRefusal>
  /** Notices that no order has been told yet. */
  readonly untold: (limit: number) => Promise<readonly ObjectNotice[]>
  readonly told: (notice: ObjectNotice) => Promise<void>
}
