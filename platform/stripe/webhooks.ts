import Stripe from 'stripe'
import { z } from 'zod'
import type { PaymentNotice } from '#commands/record-payment-notice.ts'
import type { Clock } from '../clock.ts'

// What leaves this file is ids and a type: what an event says of amounts and status may be old by the time it arrives, so
// whoever handles it reads the object again through the payment provider.

/** Not from Stripe, too old, or not an event: one line without a secret. */
export type StripeProblem = { readonly problem: string }

export type ReadStripeEvent = (rawBody: Buffer, signature: string | undefined) => PaymentNotice | StripeProblem

const toleranceSeconds = 300

const id = z.string().min(1).max(255)
/** An id, or the object itself where the event has it expanded. */
const reference = z
  .union([id, z.object({ id }).transform((object) => object.id)])
  .nullish()
  .transform((found) => found ?? undefined)
/** Somebody else's object may carry anything under the names that we use. */
const own = z.string().min(1).max(255).optional().catch(undefined)
const metadata = z
  .object({ orderId: own, refundId: own, attempt: z.coerce.number().int().min(1).optional().catch(undefined) })
  .nullish()
  .transform((found) => found ?? undefined)

const eventSchema = z.object({
  id,
  type: z.string().min(1).max(255),
  data: z.object({ object: z.looseObject({ object: z.string(), id: id.optional() }) }),
})
const intentSchema = z.object({ id, metadata })
const chargeSchema = z.object({ payment_intent: reference, metadata })
const refundSchema = z.object({ id, payment_intent: reference, metadata })
const disputeSchema = z.object({ id, payment_intent: reference })

/** `secret` is the endpoint's signing secret. */
export const createStripeEventReader =
  ({ secret, clock }: { readonly secret: string; readonly clock: Pick<Clock, 'now'> }): ReadStripeEvent =>
  (rawBody, signature) => {
    if (signature === undefined) return { problem: 'The Stripe-Signature header is missing.' }
    let event: unknown
    try {
      event = Stripe.webhooks.constructEvent(rawBody, signature, secret, toleranceSeconds, undefined, clock.now())
    } catch (error) {
      // Its messages carry advice of several lines; only whether it is the signature is told on.
      return error instanceof Stripe.errors.StripeSignatureVerificationError
        ? { problem: `The Stripe-Signature does not fit the body, or is older than ${toleranceSeconds} s.` }
        : { problem: 'The body is not a Stripe event.' }
    }
    return noticeOf(event) ?? { problem: 'The body is not a Stripe event.' }
  }

const noticeOf = (body: unknown): PaymentNotice | undefined => {
  const event = eventSchema.safeParse(body).data
  if (event === undefined) return undefined
  const { object } = event.data
  const heading = { eventId: event.id, type: event.type }
  switch (object.object) {
    case 'payment_intent': {
      const intent = intentSchema.safeParse(object).data
      return intent && { ...heading, kind: 'intent', providerObjectId: intent.id, ...attemptIn(intent.metadata) }
    }
    case 'charge': {
      // Stripe copies a PaymentIntent's metadata to its charges; what became of the payment is read from the intent.
      const charge = chargeSchema.safeParse(object).data
      if (charge?.payment_intent === undefined) break
      return { ...heading, kind: 'intent', providerObjectId: charge.payment_intent, ...attemptIn(charge.metadata) }
    }
    case 'refund': {
      const refund = refundSchema.safeParse(object).data
      if (refund === undefined) return undefined
      const { orderId, refundId } = refund.metadata ?? {}
      const ids = { providerObjectId: refund.id, paymentObjectId: refund.payment_intent }
      return { ...heading, kind: 'refund', ...ids, orderId, refundId }
    }
    case 'dispute': {
      const dispute = disputeSchema.safeParse(object).data
      if (dispute === undefined) return undefined
      return { ...heading, kind: 'dispute', providerObjectId: dispute.id, paymentObjectId: dispute.payment_intent }
    }
  }
  return { ...heading, kind: 'other', providerObjectId: object.id }
}

const attemptIn = (found: z.infer<typeof metadata>) => ({ orderId: found?.orderId, attempt: found?.attempt })
