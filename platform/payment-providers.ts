import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { PaymentProviders } from '#commands/payment-providers.ts'
import type { Config } from './config.ts'
import { stripeAddress } from './stripe/address.ts'
import { createStripeProvider } from './stripe/provider.ts'
import { tellAvailability } from './stripe/tell-availability.ts'

/** A payment request that was stored before it named its provider went to Stripe: there was no other. */
const defaultProvider = 'stripe'

export type PaymentProvidersOptions = {
  readonly config: { readonly stripe: NonNullable<Config['stripe']> }
  readonly warn: (line: string) => void
}

/** Every payment provider that the configuration switches on, the same in each process of the platform. */
export const createPaymentProviders = ({ config, warn }: PaymentProvidersOptions): PaymentProviders => ({
  providers: {
    stripe: createStripeProvider({ ...stripeAddress(config.stripe), onAvailability: tellAvailability(warn) }),
  },
  defaultProvider,
  paymentMethods: {},
})

/** The same providers, each wrapped. */
export const eachProvider = (
  { providers, ...rest }: PaymentProviders,
  wrap: (provider: PaymentProvider) => PaymentProvider,
): PaymentProviders => ({
  ...rest,
  providers: Object.fromEntries(Object.entries(providers).map(([name, provider]) => [name, wrap(provider)])),
})
