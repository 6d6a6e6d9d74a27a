// The official SDK over a pool of kept sockets: Stripe and the payment simulator differ by address and key alone.

import Stripe from 'stripe'
import { createHttpClient } from './http-client.ts'

/** Requests and answers have the shapes of this version, whatever the account's default is. */
const apiVersion = '2026-10-28.endive' satisfies Stripe.LatestApiVersion

export type StripeAddress = {
  readonly apiKey: string
  /** Stripe's own unless given. */
  readonly host?: string
  readonly port?: number
  readonly protocol?: 'http' | 'https'
}

type ConnectionLimits = { readonly socketsMax: number; readonly answerMillisecondsMax: number }

export const connectStripe = (
  { apiKey, host = 'api.stripe.com', port = 443, protocol = 'https' }: StripeAddress,
  { socketsMax, answerMillisecondsMax }: ConnectionLimits,
): Stripe => {
  const origin = `${protocol}://${host}:${port}`
  return new Stripe(apiKey, {
    apiVersion,
    host,
    port,
    protocol,
    httpClient: createHttpClient({ origin, socketsMax, answerMillisecondsMax }),
    maxNetworkRetries: 0,
    timeout: answerMillisecondsMax,
    telemetry: false,
  })
}
