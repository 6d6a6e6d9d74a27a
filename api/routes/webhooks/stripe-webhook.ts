import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { isRefusal, type Refusal, refuse } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

/** `body` has the bytes as they were sent, because the signature covers them. */
type StripeWebhookRequest = { readonly body: Buffer; readonly signature: string }

export type StripeWebhookDependencies = {
  /** Resolves when the event is recorded. What follows from it continues after the answer. */
  readonly receiveStripeEvent: (
    delivery: StripeWebhookRequest,
    origin: Origin,
  ) => Promise<'received' | Refusal<'invalid_signature' | 'unavailable'>>
}

export const stripeWebhookRoute = ({ receiveStripeEvent }: StripeWebhookDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/webhooks/stripe',
    name: 'stripeWebhook',
    tag: 'Webhooks',
    summary: 'Receive a webhook of the payment provider',
    description: 'It is signed by the provider (Stripe-Signature) and needs no credential.',
    access: 'open',
    rawBody: true,
    responses: {
      200: {
        description: 'The event is recorded.',
        body: z.object({ received: z.literal(true) }).meta({ id: 'WebhookReceived' }),
      },
    },
    refusals: ['invalid_signature', 'overloaded', 'outcome_unknown', 'unavailable'],
    handle: async ({ rawBody, header, origin }) => {
      const signature = header('stripe-signature')
      if (signature === undefined) return refuse('invalid_signature', 'The Stripe-Signature header is missing.')
      const received = await receiveStripeEvent({ body: rawBody, signature }, origin)
      if (received !== 'received' && isRefusal(received)) return received
      return { status: 200, body: { received: true } as const }
    },
  })
