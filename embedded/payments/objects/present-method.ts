// Payment methods in the format of Stripe's API: the object itself, and the part of it in a charge.

import type Stripe from 'stripe'
import type { PaymentMethod } from './payment-methods.ts'

export const unknownBilling = { address: null, email: null, name: null, phone: null, tax_id: null }

const expiry = { exp_month: 12, exp_year: 2034 }

export const presentPaymentMethod = (method: PaymentMethod): Stripe.PaymentMethod => ({
  id: method.id,
  object: 'payment_method',
  billing_details: unknownBilling,
  ...(method.type === 'card' ? { card: presentCard(method) } : {}),
  created: 0,
  customer: null,
  customer_account: null,
  livemode: false,
  metadata: {},
  type: method.type,
})

const presentCard = (method: PaymentMethod): Stripe.PaymentMethod.Card => ({
  ...expiry,
  brand: method.brand,
  checks: null,
  country: 'US',
  display_brand: method.brand,
  funding: method.funding,
  generated_from: null,
  last4: method.last4,
  networks: { available: [method.brand], preferred: null },
  regulated_status: 'unregulated',
  three_d_secure_usage: { supported: true },
  wallet: null,
})

export const presentPaymentMethodDetails = (
  method: PaymentMethod | undefined,
  amount: number,
): Stripe.Charge.PaymentMethodDetails | null => {
  if (method === undefined) return null
  if (method.type !== 'card') return { type: method.type }
  return { type: 'card', card: presentChargedCard(method, amount) }
}

const presentChargedCard = (method: PaymentMethod, amount: number): Stripe.Charge.PaymentMethodDetails.Card => ({
  ...expiry,
  amount_authorized: amount,
  authorization_code: null,
  brand: method.brand,
  checks: null,
  country: 'US',
  electronic_commerce_indicator: null,
  funding: method.funding,
  installments: null,
  last4: method.last4,
  mandate: null,
  network: method.brand,
  network_transaction_id: null,
  regulated_status: 'unregulated',
  three_d_secure: null,
  transaction_link_id: null,
  wallet: null,
})
