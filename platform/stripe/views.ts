import type Stripe from 'stripe'
import { z } from 'zod'
import type { DisputeView, IntentView, IntentViewStatus, RefundView } from '#commands/payment-provider.ts'
import { paymentAttemptsMax } from '#domain/order/events.ts'
import { idSchema } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import { declineCodeOf } from './failures.ts'

// Stripe's objects in the terms of the port. Stripe counts amounts in minor units too, times in seconds.

/** Somebody else's object may carry anything under the names that we use. */
const orderMetadata = z.object({ orderId: idSchema, attempt: z.coerce.number().int().min(1).max(paymentAttemptsMax) })
const refundMetadata = z.object({ refundId: idSchema })

const idOf = (reference: string | { readonly id: string } | null): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)

export const intentView = (intent: Stripe.PaymentIntent): IntentView => ({
  providerObjectId: intent.id,
  amount: intent.amount,
  status: intentStatus(intent),
  clientSecret: intent.client_secret,
  order: orderMetadata.safeParse(intent.metadata).data ?? null,
})

/**
 * A cancelled object counts as voided, also if Stripe itself cancelled it because the authorization was not captured in time:
 * for the order there is no difference.
 */
const intentStatus = (intent: Stripe.PaymentIntent): IntentViewStatus => {
  const { status, last_payment_error: failure, metadata } = intent
  switch (status) {
    case 'requires_payment_method': {
      const declineCode = failure === null ? metadata.declineCode : declineCodeOf(failure)
      return declineCode === undefined ? { type: 'created' } : { type: 'declined', declineCode }
    }
    case 'requires_confirmation':
      return { type: 'created' }
    case 'requires_action':
      return { type: 'requires_action' }
    case 'requires_capture':
      return { type: 'authorized', authorizedUntil: authorizedUntil(intent) }
    case 'succeeded':
      return { type: 'captured', capturedAmount: intent.amount_received }
    case 'canceled':
      return { type: 'voided' }
    // The pinned version has no other; should Stripe ever say one, then only that the outcome is not known yet.
    default:
      return { type: 'processing' }
  }
}

const authorizedUntil = ({ latest_charge: charge }: Stripe.PaymentIntent): Instant | null => {
  if (charge === null || typeof charge === 'string') return null
  const seconds = charge.payment_method_details?.card?.capture_before
  return seconds === undefined ? null : seconds * 1_000
}

export const refundView = (refund: Stripe.Refund): RefundView => ({
  providerObjectId: refund.id,
  refundId: refundMetadata.safeParse(refund.metadata).data?.refundId ?? null,
  paymentObjectId: idOf(refund.payment_intent),
  amount: refund.amount,
  status: refundStatus(refund),
})

const refundStatus = (refund: Stripe.Refund): RefundView['status'] => {
  switch (refund.status) {
    case 'succeeded':
      return { type: 'refunded' }
    case 'failed':
      return { type: 'failed', reason: refund.failure_reason ?? 'failed' }
    case 'canceled':
      return { type: 'failed', reason: 'canceled' }
    // pending, requires_action, or what a later version may add: the outcome is still to come.
    default:
      return { type: 'pending' }
  }
}

export const disputeView = (dispute: Stripe.Dispute): DisputeView => ({
  providerObjectId: dispute.id,
  paymentObjectId: idOf(dispute.payment_intent),
  amount: dispute.amount,
  reason: dispute.reason,
})
