import { othersWorkEnded } from '#commands/others-at-work.ts'
import type { PaymentNotice } from '#commands/payment-notice.ts'
import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { type NoticePorts, recordPaymentNotice } from '#commands/record-payment-notice.ts'
import { refuse } from '../problems.ts'
import type { StripeWebhookDependencies } from '../routes/webhooks/stripe-webhook.ts'
import type { UnderWay } from './under-way.ts'

/** Reads a webhook off its raw body: what it tells, or why it is not believed. */
export type ReadWebhook = (body: Buffer, signature: string | undefined) => PaymentNotice | { readonly problem: string }

/** Longer than a payment takes here; then what is true is read from the provider, whoever else is at it. */
const ownWorkMillisecondsMax = 2_000

/**
 * Most webhooks tell of a payment that this very process is at: when it has ended, its order knows already, and the
 * provider need not be asked. One that tells of more is looked into.
 */
const ownWorkEnded = async (notice: PaymentNotice, underWay: UnderWay): Promise<void> => {
  if (notice.kind !== 'intent' || notice.hint === undefined) return
  await underWay.ended(notice.hint.orderId, ownWorkMillisecondsMax)
}

export type NoticeWiring = NoticePorts & { readonly pause: (milliseconds: number) => Promise<void> }

export const wireWebhooks = (
  ports: NoticeWiring,
  readWebhook: ReadWebhook,
  underWay: UnderWay,
): StripeWebhookDependencies => ({
  receiveStripeEvent: async ({ body, signature }, origin) => {
    const notice = readWebhook(body, signature)
    if ('problem' in notice) return refuse('invalid_signature', notice.problem)
    const actor = 'stripe'
    await ownWorkEnded(notice, underWay)
    await othersWorkEnded(notice, ports)
    try {
      const { followUp } = await recordPaymentNotice(notice, { ...origin, actor }, ports)
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
