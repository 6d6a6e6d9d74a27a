import type { PaymentNotice } from '#commands/payment-notice.ts'
import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { type NoticePorts, recordPaymentNotice } from '#commands/record-payment-notice.ts'
import { refuse } from '../problems.ts'
import type { StripeWebhookDependencies } from '../routes/stripe-webhook.ts'
import { commandOrigin } from './origin.ts'

/** Reads a webhook off its raw body: what it tells, or why it is not believed. */
export type ReadWebhook = (body: Buffer, signature: string | undefined) => PaymentNotice | { readonly problem: string }

export const wireWebhooks = (ports: NoticePorts, readWebhook: ReadWebhook): StripeWebhookDependencies => ({
  receiveStripeEvent: async ({ body, signature }, origin) => {
    const notice = readWebhook(body, signature)
    if ('problem' in notice) return refuse('invalid_signature', notice.problem)
    const actor = 'stripe'
    try {
      const { followUp } = await recordPaymentNotice(notice, { ...commandOrigin(origin), actor }, ports)
      // What follows goes on after the answer; the runner and the sweep do it where this process cannot.
      followUp().catch((error: unknown) => ports.warn(`after a webhook: ${String(error)}`))
      return 'received'
    } catch (error) {
      if (!(error instanceof ProviderOutcomeUnknown)) throw error
      ports.warn(`${notice.type} (${notice.eventId}) is to come again: ${error.message}`)
      return refuse('unavailable', 'What this is about cannot be read from the payment provider now: send it again.')
    }
  },
})
