import type { ProviderName } from '#domain/values/names.ts'
import { type PaymentProvider, ProviderOutcomeUnknown } from './payment-provider.ts'

// Which provider an order's payment uses: chosen by the payment method when it is requested, and named by every event of
// the attempt from then on. Whatever is asked about a payment later goes to that provider and to no other.

export type PaymentProviders = {
  /** Those that are switched on. */
  readonly providers: Readonly<Record<ProviderName, PaymentProvider>>
  /** Takes each payment method that no other provider has, and the payments whose request does not name a provider. */
  readonly defaultProvider: ProviderName
  /** The payment methods of the other providers, those that are switched off too: the default provider never gets them. */
  readonly paymentMethods: Readonly<Record<string, ProviderName>>
}

const own = <Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined

/** The provider that a payment method belongs to; undefined where it is not switched on. */
export const providerOfMethod = (
  paymentMethod: string,
  { providers, defaultProvider, paymentMethods }: PaymentProviders,
): ProviderName | undefined => {
  const name = own(paymentMethods, paymentMethod) ?? defaultProvider
  return Object.hasOwn(providers, name) ? name : undefined
}

/**
 * The provider of an attempt or a refund; null: its request does not name one. One that was switched off meanwhile counts as
 * out of reach: the order waits for it, and calls for attention, but no other provider is asked.
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
