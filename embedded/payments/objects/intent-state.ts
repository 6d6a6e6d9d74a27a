// The states of a PaymentIntent, each with only the fields that it can have. Amounts are integers in minor units, times
// are seconds.

import type { Metadata } from './charge.ts'
import type { Refusal } from './refusal.ts'

export type IntentTerms = {
  readonly id: string
  readonly clientSecret: string
  readonly createdAt: number
  readonly amount: number
  readonly currency: string
  readonly captureMethod: 'automatic' | 'automatic_async' | 'manual'
  readonly allowedPaymentMethodTypes: readonly string[] | null
  readonly paymentMethodTypes: readonly string[]
  readonly automaticPaymentMethods: { readonly enabled: boolean; readonly allow_redirects?: 'always' | 'never' } | null
  readonly metadata: Metadata
  readonly description: string | null
  readonly receiptEmail: string | null
  readonly statementDescriptorSuffix: string | null
}

/** `charge` is the latest attempt; `lastError` why it, or its authentication, failed. */
type Phase =
  | {
      readonly status: 'requires_payment_method'
      readonly charge: string | null
      readonly lastError: Refusal | null
    }
  | { readonly status: 'requires_confirmation'; readonly paymentMethod: string }
  | {
      readonly status: 'requires_action'
      readonly paymentMethod: string
      readonly charge: string | null
      readonly returnUrl: string | null
    }
  | { readonly status: 'processing' | 'requires_capture'; readonly paymentMethod: string; readonly charge: string }
  | {
      readonly status: 'succeeded'
      readonly paymentMethod: string
      readonly charge: string
      readonly amountReceived: number
    }
  | {
      readonly status: 'canceled'
      readonly paymentMethod: string | null
      readonly charge: string | null
      readonly canceledAt: number
      readonly reason: string | null
    }

export type Intent = IntentTerms & Phase

export type IntentEvent =
  | 'payment_intent.created'
  | 'payment_intent.requires_action'
  | 'payment_intent.processing'
  | 'payment_intent.amount_capturable_updated'
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'payment_intent.canceled'
  | 'charge.pending'
  | 'charge.succeeded'
  | 'charge.failed'
  | 'charge.captured'
  | 'charge.refunded'

/** The fields that outlive every phase, so that none of the last phase's leaks into the next. */
export const termsOf = (intent: Intent): IntentTerms => ({
  id: intent.id,
  clientSecret: intent.clientSecret,
  createdAt: intent.createdAt,
  amount: intent.amount,
  currency: intent.currency,
  captureMethod: intent.captureMethod,
  allowedPaymentMethodTypes: intent.allowedPaymentMethodTypes,
  paymentMethodTypes: intent.paymentMethodTypes,
  automaticPaymentMethods: intent.automaticPaymentMethods,
  metadata: intent.metadata,
  description: intent.description,
  receiptEmail: intent.receiptEmail,
  statementDescriptorSuffix: intent.statementDescriptorSuffix,
})

export const latestCharge = (intent: Intent): string | null => ('charge' in intent ? intent.charge : null)

export const paymentMethodOf = (intent: Intent): string | null =>
  'paymentMethod' in intent ? intent.paymentMethod : null
