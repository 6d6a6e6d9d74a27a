import type { Caller } from '#trials/shop/caller.ts'
import type { Payments } from '#trials/shop/payments.ts'
import type { Story } from './story.ts'

/** What a chapter of the demonstration works with. */
export type Stage = {
  readonly story: Story
  /** With the storefront's key. */
  readonly shopper: Caller
  readonly staff: Caller
  readonly payments: Payments
  readonly say: (line: string) => void
}

/** What one payment that goes through appends. */
export const paymentEvents = [
  'PaymentRequested',
  'PaymentIntentCreated',
  'PaymentAuthorized',
  'ReservationCommitted',
  'OrderStockCommitted',
  'PaymentCaptured',
  'OrderConfirmed',
]
