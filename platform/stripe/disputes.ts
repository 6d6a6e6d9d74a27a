import type Stripe from 'stripe'
import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { Call } from './calls.ts'
import { disputeView } from './views.ts'

export const readDispute = async (
  { stripe, call }: { readonly stripe: Stripe; readonly call: Call },
  providerObjectId: string,
): ReturnType<PaymentProvider['readDispute']> =>
  disputeView(await call(() => stripe.disputes.retrieve(providerObjectId)))
