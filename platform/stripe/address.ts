import type { StripeAddress } from './connection.ts'

/** Where the Stripe API is: Stripe's own, unless a URL names another such as the payment simulator's. */
export const stripeAddress = ({
  apiKey,
  apiUrl,
}: {
  readonly apiKey: string
  readonly apiUrl: string | undefined
}): StripeAddress => {
  if (apiUrl === undefined) return { apiKey }
  const { hostname: host, port, protocol } = new URL(apiUrl)
  return protocol === 'http:'
    ? { apiKey, host, port: Number(port || 80), protocol: 'http' }
    : { apiKey, host, port: Number(port || 443), protocol: 'https' }
}
