import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { isRefusal, type Refusal, refuse } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

/** `body` is signed byte by byte, so it comes as it was sent. */
export type StripeWebhookRequest = { readonly body: Buffer; readonly signature: string }

export type StripeWebhookDependencies = {
  /** Answers once the event is recorded; what follows from it goes on afterwards. */
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
    summary: 'What the payment provider has to tell',
    description: 'Signed by the provider (Stripe-Signature), so it takes no credential.',
    access: 'open',
    rawBody: true,
    responses: {
      200: {
        description: 'Recorded.',
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
