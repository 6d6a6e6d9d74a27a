import type { ProviderName } from '#domain/values/names.ts'
import { type PaymentProvider, ProviderOutcomeUnknown } from './payment-provider.ts'

// The provider of a payment is chosen by its payment method when it is requested, and named by every event of the attempt.
// All later calls about the payment go to that provider and to no other.

export type PaymentProviders = {
  /** The providers that are switched on. */
  readonly providers: Readonly<Record<ProviderName, PaymentProvider>>
  /**
   * The provider of each payment method that no other provider has, and of payments whose request does not name a provider.
   */
  readonly defaultProvider: ProviderName
  /**
   * The payment methods of the other providers, including those that are switched off: the default provider never gets
   * them.
   */
  readonly paymentMethods: Readonly<Record<string, ProviderName>>
}

const own = <Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined

/** The provider of a payment method; undefined if it is not switched on. */
export const providerOfMethod = (
  paymentMethod: string,
  { providers, defaultProvider, paymentMethods }: PaymentProviders,
): ProviderName | undefined => {
  const name = own(paymentMethods, paymentMethod) ?? defaultProvider
  return Object.hasOwn(providers, name) ? name : undefined
}

/**
 * The provider of an attempt or a refund. `name` is null if its request does not name one. A provider that was switched off
 * since counts as unreachable: the order waits for it and calls for attention, but no other provider is asked.
 */
export const providerNamed = (
  name: ProviderName | null,
  { providers, defaultProvider }: Pick<PaymentProviders, 'providers' | 'defaultProvider'>,
): PaymentProvider => {
  const wanted = name ?? defaultProvider
  const provider = own(providers, wanted)
  if (provider === undefined)
    throw new ProviderOutcomeUnknown(`The payment provider "${wanted}" is not configured in this process.`)
  return provider
}
