import { z } from 'zod'
import type { FaultPlan } from '#embedded/payments/faults/fault-plan.ts'
import { signatureHeader } from '#embedded/payments/webhooks/webhook-signature.ts'
import type { PrivateStack } from '#stack/private-stack.ts'
import { stackSecrets } from '#stack/secrets.ts'

// The payment provider as seen from outside Holdfast: it goes wrong as told, and anybody can post what looks like its webhooks.

export type Notice = {
  readonly id: string
  readonly type: string
  readonly data: { readonly object: Readonly<Record<string, unknown>> & { readonly object: string } }
}

export type Forgery = { readonly secret?: string; readonly at?: number; readonly altered?: boolean }

export type Provider = {
  /** Replaces every switch; an empty plan heals. */
  readonly setFaults: (plan: Partial<FaultPlan>) => Promise<void>
  /** How often the switches have acted since they were set. */
  readonly faultsTaken: () => Promise<number>
  /** Posts a webhook as the provider does, or a forged one; its status, or undefined where no answer came. */
  readonly notify: (notice: Notice, forgery?: Forgery) => Promise<number | undefined>
  /** Everything that the provider ever told by webhook, or would have, newest first; a hundred at most. */
  readonly recentNotices: (type?: string) => Promise<readonly Notice[]>
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
    notify: async (notice, { secret = webhookSecret, at = Date.now(), altered = false } = {}) => {
      const body = JSON.stringify(notice)
      const headers = { 'content-type': 'application/json', 'stripe-signature': signatureHeader(body, secret, at) }
      const sent = altered ? body.replace('evt_', 'evt_altered_') : body
      const signal = AbortSignal.timeout(answerMilliseconds)
      const target = `${addresses.apiUrls[0] ?? ''}/webhooks/stripe`
      const response = await fetch(target, { method: 'POST', headers, body: sent, signal }).catch(() => undefined)
      await response?.body?.cancel()
      return response?.status
    },
    recentNotices: async (type) => {
      const only = type === undefined ? '' : `&type=${type}`
      const response = await fetch(`${url}/v1/events?limit=100${only}`, { headers: { authorization } })
      const { data }: { readonly data: readonly Notice[] } = JSON.parse(await response.text())
      return data
    },
  }
}

/** A dispute about a payment that nobody here knows: kept, and nothing else follows. */
export const strayDispute = (id: string): Notice => ({
  id: `evt_${id}`,
  type: 'charge.dispute.created',
  data: { object: { object: 'dispute', id: `dp_${id}`, payment_intent: `pi_${id}` } },
})

/** The same about a refund. */
export const strayRefund = (id: string): Notice => ({
  id: `evt_${id}`,
  type: 'refund.created',
  data: { object: { object: 'refund', id: `re_${id}`, payment_intent: `pi_${id}` } },
})
