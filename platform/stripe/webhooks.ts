import Stripe from 'stripe'
import { z } from 'zod'
import type { Hint, ObjectNotice, PaymentNotice } from '#commands/payment-notice.ts'
import type { Clock } from '../clock.ts'

// Only ids and types leave this file. Amounts and status in an event may be out of date when it arrives, so the handler reads the
// object again from the provider, unless the order already knows as much.

/** Not from Stripe, too old, or not an event: one line without a secret. */
type StripeProblem = { readonly problem: string }

export type ReadStripeEvent = (rawBody: Buffer, signature: string | undefined) => PaymentNotice | StripeProblem

const toleranceSeconds = 300

const id = z.string().min(1).max(255)
/** An id, or the object itself where the event has it expanded. */
const reference = z
  .union([id, z.object({ id }).transform((object) => object.id)])
  .nullish()
  .transform((found) => found ?? undefined)

const eventSchema = z.object({
  id,
  type: z.string().min(1).max(255),
  data: z.object({ object: z.looseObject({ object: z.string(), id: id.optional() }) }),
})
/** Stripe's names of the objects that can be read again. */
const kinds: ReadonlyMap<string, ObjectNotice['kind']> = new Map([
  ['payment_intent', 'intent'],
  ['refund', 'refund'],
  ['dispute', 'dispute'],
])
const own = z.object({ orderId: z.uuid(), attempt: z.coerce.number().pipe(z.int().min(1)) })
const chargeSchema = z.object({ payment_intent: reference })
const metadataSchema = z.object({ metadata: own })

/** The phase that a payment has reached at least, by the type of the event. */
const phases: ReadonlyMap<string, Hint['phase']> = new Map([
  ['payment_intent.created', 'created'],
  ['payment_intent.requires_action', 'requires_action'],
  ['payment_intent.payment_failed', 'declined'],
  ['payment_intent.amount_capturable_updated', 'authorized'],
  ['payment_intent.canceled', 'voided'],
  ['payment_intent.succeeded', 'captured'],
  ['charge.failed', 'declined'],
  ['charge.succeeded', 'authorized'],
  ['charge.captured', 'captured'],
])

/**
 * The events to enable at the endpoint: all that can tell the platform something new. Others may be sent and do no harm, but
 * tell of the same payments again.
 */
export const webhookEvents: readonly string[] = [
  'payment_intent.requires_action',
  'payment_intent.payment_failed',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.succeeded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
]

const hintOf = (type: string, object: unknown): { readonly hint?: Hint } => {
  const phase = phases.get(type)
  const written = metadataSchema.safeParse(object).data?.metadata
  return phase === undefined || written === undefined ? {} : { hint: { ...written, phase } }
}

/** `secret` is the endpoint's signing secret. */
export const createStripeEventReader =
  ({ secret, clock }: { readonly secret: string; readonly clock: Pick<Clock, 'now'> }): ReadStripeEvent =>
  (rawBody, signature) => {
    if (signature === undefined) return { problem: 'The Stripe-Signature header is missing.' }
    let event: unknown
    try {
      event = Stripe.webhooks.constructEvent(rawBody, signature, secret, toleranceSeconds, undefined, clock.now())
    } catch (error) {
      // Its messages have several lines of advice; only the fact that the signature is wrong is passed on.
      return error instanceof Stripe.errors.StripeSignatureVerificationError
        ? { problem: `The Stripe-Signature does not fit the body, or is older than ${toleranceSeconds} s.` }
        : { problem: 'The body is not a Stripe event.' }
    }
    return noticeOf(event) ?? { problem: 'The body is not a Stripe event.' }
  }

const noticeOf = (body: unknown): PaymentNotice | undefined => {
  const event = eventSchema.safeParse(body).data
  if (event === undefined) return undefined
  const { object, id: providerObjectId } = event.data.object
  const heading = { eventId: event.id, provider: 'stripe', type: event.type }
  const hint = hintOf(event.type, event.data.object)
  const kind = kinds.get(object)
  if (kind !== undefined) {
    if (providerObjectId === undefined) return undefined
    const named = { ...heading, providerObjectId }
    return kind === 'intent' ? { ...named, kind, ...hint } : { ...named, kind }
  }
  // What became of the payment is read from the intent.
  const intent = object === 'charge' ? chargeSchema.safeParse(event.data.object).data?.payment_intent : undefined
  if (intent !== undefined) return { ...heading, kind: 'intent', providerObjectId: intent, ...hint }
  return { ...heading, kind: 'other', providerObjectId }
}
