import type { Kysely } from 'kysely'
import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { PaymentProviders } from '#commands/payment-providers.ts'
import type { Transfers } from '#commands/transfers.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { createPostgresInvoices } from './invoice/postgres-store.ts'
import { createInvoiceProvider, invoiceProvider } from './invoice/provider.ts'
import { createTransfers } from './invoice/transfers.ts'
import type { Database } from './postgres/database.ts'
import { stripeAddress } from './stripe/address.ts'
import { logAvailability } from './stripe/log-availability.ts'
import { createStripeProvider } from './stripe/provider.ts'

/** A payment request that was stored before it named its provider went to Stripe: there was no other. */
const defaultProvider = 'stripe'

/** Each by its folder here. The default provider takes every other payment method. */
const paymentMethods = { invoice: invoiceProvider }

export type PaymentProvidersOptions = {
  readonly config: { readonly stripe: NonNullable<Config['stripe']>; readonly invoices: Config['invoices'] }
  readonly db: Kysely<Database>
  readonly warn: (line: string) => void
}

/** The providers that the configuration switches on; `transfers` is undefined if none of them is paid by bank transfer. */
export type SwitchedOn = PaymentProviders & { readonly transfers: Transfers | undefined }

const secondsADay = 86_400

const withInvoices = (dueDays: number, db: Kysely<Database>) => {
  const ports = { store: createPostgresInvoices(db), now: systemClock.now, dueSeconds: dueDays * secondsADay }
  return { providers: { [invoiceProvider]: createInvoiceProvider(ports) }, transfers: createTransfers(ports) }
}

/** The same in each process of the platform. */
export const createPaymentProviders = ({ config, db, warn }: PaymentProvidersOptions): SwitchedOn => {
  const { stripe, invoices } = config
  const byTransfer = invoices === undefined ? undefined : withInvoices(invoices.dueDays, db)
  return {
    providers: {
      stripe: createStripeProvider({ ...stripeAddress(stripe), onAvailability: logAvailability(warn) }),
      ...byTransfer?.providers,
    },
    defaultProvider,
    paymentMethods,
    transfers: byTransfer?.transfers,
  }
}

/** The same providers, each wrapped. */
export const eachProvider = (
  providers: PaymentProviders['providers'],
  wrap: (provider: PaymentProvider) => PaymentProvider,
): PaymentProviders['providers'] =>
  Object.fromEntries(Object.entries(providers).map(([name, provider]) => [name, wrap(provider)]))
