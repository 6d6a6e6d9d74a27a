import { z } from 'zod'
import { type Charge, readCharges } from '#platform/stripe/simulator-ledger.ts'
import { webhookEvents } from '#platform/stripe/webhooks.ts'
import { stackSecrets } from '#stack/secrets.ts'
import type { StackAddresses } from '#stack/stack-file.ts'

const eventsSchema = z.object({ data: z.array(z.object({ type: z.string() })) })

export type Payments = {
  /** The charges in the payment simulator's ledger, newest first. */
  readonly charges: () => Promise<readonly Charge[]>
  /** How many of the simulator's last hundred events are sent as webhooks. */
  readonly eventCount: () => Promise<number>
  /** The customer completes or fails the authentication at their bank that a payment requires. */
  readonly authenticate: (paymentIntent: string, outcome: 'succeeded' | 'failed') => Promise<void>
  /** The customer's bank disputes a charge: the given amount, or all of it. */
  readonly dispute: (charge: string, amount?: number) => Promise<void>
  /** Somebody captures an authorized payment in the provider's dashboard. */
  readonly captureByHand: (paymentIntent: string) => Promise<void>
  /** Somebody refunds a payment in the provider's dashboard. */
  readonly refundByHand: (paymentIntent: string, amount: number) => Promise<void>
}

type StackFolder = { readonly addresses: Pick<StackAddresses, 'paymentsUrl'>; readonly dataDir: string }

/** Direct access to the payment simulator of a stack, without Holdfast in between. */
export const openPayments = ({ addresses, dataDir }: StackFolder): Payments => {
  const { paymentsUrl = '' } = addresses
  const { paymentKey } = stackSecrets(dataDir)
  const authorization = `Bearer ${paymentKey}`
  const call = async (method: string, path: string, body: string | null): Promise<unknown> => {
    const contentType = { 'content-type': 'application/x-www-form-urlencoded' }
    const headers = { authorization, ...(body === null ? {} : contentType) }
    const response = await fetch(`${paymentsUrl}${path}`, { method, headers, body })
    if (!response.ok) throw new Error(`The payment simulator answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
  return {
    charges: () => readCharges(paymentsUrl, paymentKey),
    eventCount: async () => {
      const { data } = eventsSchema.parse(await call('GET', '/v1/events?limit=100', null))
      return data.filter(({ type }) => webhookEvents.includes(type)).length
    },
    dispute: async (charge, amount) => {
      const only = amount === undefined ? '' : `&amount=${amount}`
      await call('POST', `/simulator/charges/${charge}/dispute`, `reason=fraudulent${only}`)
    },
    captureByHand: async (paymentIntent) =>
      void (await call('POST', `/v1/payment_intents/${paymentIntent}/capture`, '')),
    refundByHand: async (paymentIntent, amount) =>
      void (await call('POST', '/v1/refunds', `payment_intent=${paymentIntent}&amount=${amount}`)),
    authenticate: async (paymentIntent, outcome) => {
      await call('POST', `/simulator/payment_intents/${paymentIntent}/authenticate`, `outcome=${outcome}`)
    },
  }
}
