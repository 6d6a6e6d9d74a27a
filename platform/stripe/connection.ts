// The official SDK over a pool of kept sockets: Stripe and the payment simulator differ by address and key alone.

import http from 'node:http'
import https from 'node:https'
import Stripe from 'stripe'

/** Requests and answers have the shapes of this version, whatever the account's default is. */
const apiVersion = '2026-10-28.endive' satisfies Stripe.LatestApiVersion

export type StripeAddress = {
  readonly apiKey: string
  /** Stripe's own unless given. */
  readonly host?: string
  readonly port?: number
  readonly protocol?: 'http' | 'https'
}

type ConnectionLimits = { readonly socketsMax: number; readonly silenceMsMax: number }

export const connectStripe = (
  { apiKey, host = 'api.stripe.com', port = 443, protocol = 'https' }: StripeAddress,
  { socketsMax, silenceMsMax }: ConnectionLimits,
): Stripe => {
  const { Agent } = protocol === 'https' ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax })
  return new Stripe(apiKey, {
    apiVersion,
    host,
    port,
    protocol,
    httpClient: withoutHiddenRetry(Stripe.createNodeHttpClient(agent)),
    maxNetworkRetries: 0,
    timeout: silenceMsMax,
    telemetry: false,
  })
}

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>

const closedCodes: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE'])

/**
 * The SDK sends a request whose connection was closed once more, also with its retries off. Retries are counted in one
 * place (`calls.ts`), so it does not get to see the code that it would do that for.
 */
const withoutHiddenRetry = (client: HttpClient): HttpClient => ({
  getClientName: () => client.getClientName(),
  makeRequest: async (...request) => {
    try {
      return await client.makeRequest(...request)
    } catch (error) {
      if (error instanceof Error && 'code' in error && closedCodes.has(error.code))
        throw new Error(`connection closed (${error.code})`)
      throw error
    }
  },
})
