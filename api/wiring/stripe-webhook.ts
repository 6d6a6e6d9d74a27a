import type { PaymentNotice } from '#commands/payment-notice.ts'
import { refuse } from '../problems.ts'
import type { StripeWebhookDependencies } from '../routes/webhooks/stripe-webhook.ts'
import { type NoticeWiring, receiveNotice } from './receive-notice.ts'
import type { UnderWay } from './under-way.ts'

/** Reads a webhook from its raw body: the notice, or why its signature or content is refused. */
export type ReadStripeWebhook = (
  body: Buffer,
  signature: string | undefined,
) => PaymentNotice | { readonly problem: string }

export const wireStripeWebhook = (
  ports: NoticeWiring,
  readWebhook: ReadStripeWebhook,
  underWay: UnderWay,
): StripeWebhookDependencies => ({
  receiveStripeEvent: async ({ body, signature }, origin) => {
    const notice = readWebhook(body, signature)
    if ('problem' in notice) return refuse('invalid_signature', notice.problem)
    return receiveNotice(notice, { ...origin, actor: 'stripe' }, ports, underWay)
  },
})
