// The kept objects in the shapes of Stripe's API. The return types are the SDK's, so a field that it expects cannot be
// forgotten; times are seconds.

import type Stripe from 'stripe'
import { amountRefundable, type Charge } from './charge.ts'
import { type Intent, latestCharge, paymentMethodOf } from './intent-state.ts'
import { findPaymentMethod } from './payment-methods.ts'
import { presentPaymentMethod, presentPaymentMethodDetails, unknownBilling } from './present-method.ts'
import type { Refund } from './refund.ts'
import type { Refusal } from './refusal.ts'

export const presentIntent = (intent: Intent): Stripe.PaymentIntent => ({
  id: intent.id,
  object: 'payment_intent',
  allowed_payment_method_types: intent.allowedPaymentMethodTypes && [...intent.allowedPaymentMethodTypes],
  amount: intent.amount,
  amount_capturable: intent.status === 'requires_capture' ? intent.amount : 0,
  amount_received: intent.status === 'succeeded' ? intent.amountReceived : 0,
  application: null,
  application_fee_amount: null,
  automatic_payment_methods: intent.automaticPaymentMethods,
  canceled_at: intent.status === 'canceled' ? intent.canceledAt : null,
  cancellation_reason: intent.status === 'canceled' ? intent.reason : null,
  capture_method: intent.captureMethod,
  client_secret: intent.clientSecret,
  confirmation_method: 'automatic',
  created: intent.createdAt,
  currency: intent.currency,
  customer: null,
  customer_account: null,
  description: intent.description,
  excluded_payment_method_types: null,
  last_payment_error:
    intent.status === 'requires_payment_method' && intent.lastError ? presentError(intent.lastError) : null,
  latest_charge: latestCharge(intent),
  livemode: false,
  managed_payments: null,
  metadata: { ...intent.metadata },
  next_action: intent.status === 'requires_action' ? nextAction(intent.id, intent.returnUrl) : null,
  on_behalf_of: null,
  payment_method: paymentMethodOf(intent),
  payment_method_configuration_details: null,
  payment_method_options: { card: cardOptions },
  payment_method_types: [...intent.paymentMethodTypes],
  payment_record: null,
  processing: intent.status === 'processing' ? { type: 'card' } : null,
  receipt_email: intent.receiptEmail,
  review: null,
  setup_future_usage: null,
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: intent.statementDescriptorSuffix,
  status: intent.status,
  transfer_data: null,
  transfer_group: null,
})

const cardOptions: Stripe.PaymentIntent.PaymentMethodOptions.Card = {
  installments: null,
  mandate_options: null,
  network: null,
  request_three_d_secure: 'automatic',
}

/** With a return URL Stripe redirects the customer; without one its browser library shows the challenge. */
const nextAction = (intentId: string, returnUrl: string | null): Stripe.PaymentIntent.NextAction =>
  returnUrl === null
    ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } }
    : {
        type: 'redirect_to_url',
        redirect_to_url: { return_url: returnUrl, url: `/simulator/payment_intents/${intentId}/authenticate` },
      }

export const presentCharge = (charge: Charge): Stripe.Charge => ({
  id: charge.id,
  object: 'charge',
  amount: charge.amount,
  amount_captured: charge.amountCaptured,
  // Stripe counts what was released without having been captured as refunded too.
  amount_refunded: charge.amountRefunded + charge.amountReleased,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  billing_details: unknownBilling,
  calculated_statement_descriptor: null,
  captured: charge.captured,
  created: charge.createdAt,
  currency: charge.currency,
  customer: null,
  description: null,
  disputed: charge.dispute !== null,
  failure_balance_transaction: null,
  failure_code: charge.decline?.code ?? null,
  failure_message: charge.decline?.message ?? null,
  fraud_details: {},
  livemode: false,
  metadata: { ...charge.metadata },
  on_behalf_of: null,
  outcome: outcome(charge),
  paid: charge.status === 'succeeded',
  payment_intent: charge.intentId,
  payment_method: charge.paymentMethod,
  payment_method_details: presentPaymentMethodDetails(findPaymentMethod(charge.paymentMethod), charge.amount),
  receipt_email: null,
  receipt_number: null,
  receipt_url: null,
  refunded: charge.status === 'succeeded' && amountRefundable(charge) === 0 && (charge.captured || isReleased(charge)),
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: charge.status,
  transfer_data: null,
  transfer_group: null,
})

const isReleased = (charge: Charge): boolean => charge.amountReleased === charge.amount

const outcome = (charge: Charge): Stripe.Charge.Outcome => ({
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: charge.decline ? 'declined_by_network' : 'approved_by_network',
  reason: charge.decline ? (charge.decline.declineCode ?? charge.decline.code) : null,
  risk_level: 'normal',
  seller_message: charge.decline
    ? 'The bank did not return any further details with this decline.'
    : 'Payment complete.',
  type: charge.decline ? 'issuer_declined' : 'authorized',
})

export const presentRefund = (refund: Refund): Stripe.Refund => ({
  id: refund.id,
  object: 'refund',
  amount: refund.amount,
  balance_transaction: null,
  charge: refund.chargeId,
  created: refund.createdAt,
  currency: refund.currency,
  customer: null,
  customer_account: null,
  ...(refund.status === 'failed' ? { failure_reason: 'unknown' } : {}),
  ...(refund.status === 'pending' ? { pending_reason: 'processing' } : {}),
  metadata: { ...refund.metadata },
  payment_intent: refund.intentId,
  payment_method: refund.paymentMethod,
  reason: refund.reason,
  receipt_number: null,
  source_transfer_reversal: null,
  status: refund.status,
  transfer_reversal: null,
})

/** The `error` of an answer, and an intent's last_payment_error. */
export const presentError = (refusal: Refusal): Stripe.PaymentIntent.LastPaymentError => {
  const method = refusal.paymentMethod === undefined ? undefined : findPaymentMethod(refusal.paymentMethod)
  return {
    type: refusal.type,
    message: refusal.message,
    ...(refusal.code === undefined ? {} : { code: refusal.code, doc_url: documentationOf(refusal.code) }),
    ...(refusal.param === undefined ? {} : { param: refusal.param }),
    ...(refusal.declineCode === undefined ? {} : { decline_code: refusal.declineCode }),
    ...(refusal.charge === undefined ? {} : { charge: refusal.charge }),
    ...(method === undefined ? {} : { payment_method: presentPaymentMethod(method) }),
  }
}

const documentationOf = (code: string): string => `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`
