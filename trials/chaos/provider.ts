import { z } from 'zod'
import type { FaultPlan } from '#embedded/payments/faults/fault-plan.ts'
import { signatureHeader } from '#embedded/payments/webhooks/webhook-signature.ts'
import type { PrivateStack } from '#stack/private-stack.ts'
import { stackSecrets } from '#stack/secrets.ts'

// The payment provider from outside Holdfast: its fault switches, its events, and webhooks that anybody can send.

/** An event of the provider, as a webhook carries it. */
export type WebhookEvent = {
  readonly id: string
  readonly type: string
  readonly data: { readonly object: Readonly<Record<string, unknown>> & { readonly object: string } }
}

/** How a forged webhook differs from the provider's: signed with another secret, at another time, or altered after it was signed. */
type Forgery = { readonly secret?: string; readonly at?: number; readonly altered?: boolean }

export type Provider = {
  /** Replaces all faults; an empty plan ends them. */
  readonly setFaults: (plan: Partial<FaultPlan>) => Promise<void>
  /** How many calls the faults have hit since they were set. */
  readonly faultsTaken: () => Promise<number>
  /** Sends a webhook, signed by the provider unless forged. Resolves with the status, or undefined if no answer came. */
  readonly send: (event: WebhookEvent, forgery?: Forgery) => Promise<number | undefined>
  /** The provider's last hundred events (of this type), newest first, whether or not their webhooks were sent. */
  readonly recentEvents: (type?: string) => Promise<readonly WebhookEvent[]>
}

const answerMilliseconds = 30_000
const shownFaults = z.object({ calls: z.array(z.object({ taken: z.int() })) })

export const openProvider = ({ addresses, dataDir }: Pick<PrivateStack, 'addresses' | 'dataDir'>): Provider => {
  const { paymentKey, webhookSecret } = stackSecrets(dataDir)
  const authorization = `Bearer ${paymentKey}`
  const url = addresses.paymentsUrl ?? ''
  return {
    setFaults: async (plan) => {
      const response = await fetch(`${url}/simulator/faults`, {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(plan),
      })
      if (!response.ok) throw new Error(`The payment simulator answered ${response.status}: ${await response.text()}`)
    },
    faultsTaken: async () => {
      const response = await fetch(`${url}/simulator/faults`, { headers: { authorization } })
      const { calls } = shownFaults.parse(await response.json())
      return calls.reduce((sum, { taken }) => sum + taken, 0)
    },
    send: async (event, { secret = webhookSecret, at = Date.now(), altered = false } = {}) => {
      const body = JSON.stringify(event)
      const headers = { 'content-type': 'application/json', 'stripe-signature': signatureHeader(body, secret, at) }
      const sent = altered ? body.replace('evt_', 'evt_altered_') : body
      const signal = AbortSignal.timeout(answerMilliseconds)
      const target = `${addresses.apiUrls[0] ?? ''}/webhooks/stripe`
      const response = await fetch(target, { method: 'POST', headers, body: sent, signal }).catch(() => undefined)
      await response?.body?.cancel()
      return response?.status
    },
    recentEvents: async (type) => {
      const only = type === undefined ? '' : `&type=${type}`
      const response = await fetch(`${url}/v1/events?limit=100${only}`, { headers: { authorization } })
      const { data }: { readonly data: readonly WebhookEvent[] } = JSON.parse(await response.text())
      return data
    },
  }
}

/** A dispute of a payment that Holdfast did not make. Holdfast stores the event and does nothing else. */
export const disputeOfUnknownPayment = (id: string): WebhookEvent => ({
  id: `evt_${id}`,
  type: 'charge.dispute.created',
  data: { object: { object: 'dispute', id: `dp_${id}`, payment_intent: `pi_${id}` } },
})

/** A refund of a payment that Holdfast did not make. Holdfast stores the event and does nothing else. */
export const refundOfUnknownPayment = (id: string): WebhookEvent => ({
  id: `evt_${id}`,
  type: 'refund.created',
  data: { object: { object: 'refund', id: `re_${id}`, payment_intent: `pi_${id}` } },
})
