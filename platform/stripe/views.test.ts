import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { disputeView, intentView, refundView } from './views.ts'

// Only what the payment simulator cannot say; the rest is tested through it.

const intent = (changes: Partial<Stripe.PaymentIntent>) =>
  intentView({ id: 'pi_1', amount: 1_000, client_secret: null, ...changes } as Stripe.PaymentIntent)

const charge = (card: object) => ({ id: 'ch_1', payment_method_details: { card } }) as Stripe.Charge

test.each([
  ['the end of an authorization in milliseconds', charge({ capture_before: 1_700_000_000 }), 1_700_000_000_000],
  ['no end where the card has none', charge({}), null],
  ['no end where the charge is not shown', 'ch_1', null],
  ['no end without a charge', null, null],
])('an authorized intent tells %s', (_, latest_charge, authorizedUntil) => {
  expect(intent({ status: 'requires_capture', latest_charge }).status).toEqual({ type: 'authorized', authorizedUntil })
})

test('an intent that is processing, or in an unknown state, has no outcome yet', () => {
  expect(intent({ status: 'processing' }).status).toEqual({ type: 'processing' })
  expect(intent({ status: 'a_new_one' }).status).toEqual({ type: 'processing' })
})

test.each([
  ['requires_action', { type: 'pending' }],
  [null, { type: 'pending' }],
  ['canceled', { type: 'failed', reason: 'canceled' }],
] as const)('a refund that is %s', (status, expected) => {
  expect(refundView({ id: 're_1', amount: 1, status } as Stripe.Refund).status).toEqual(expected)
})

const orderId = '0f9a5a52-33a5-5c2f-8d4c-5a3d8f4a2b11'

test.each([
  ['our order and attempt', { orderId, attempt: '2' }, { orderId, attempt: 2 }],
  ['nobody of ours', {}, null],
  ['nobody of ours, by another order’s number', { orderId: '1007', attempt: '1' }, null],
  ['nobody of ours, by an attempt that cannot be', { orderId, attempt: '101' }, null],
])('an intent belongs to %s', (_, metadata, order) => {
  expect(intent({ status: 'canceled', metadata }).order).toEqual(order)
})

test.each([
  ['with ours', { refundId: orderId }, orderId],
  ['with another’s', { refundId: 'first' }, null],
  ['with none', {}, null],
])('a refund %s on it', (_, metadata, refundId) => {
  const refund = { id: 're_1', amount: 1, status: 'succeeded', metadata, payment_intent: 'pi_1' }
  expect(refundView(refund as Stripe.Refund)).toMatchObject({ refundId, paymentObjectId: 'pi_1' })
})

test('a dispute says which payment, how much and why', () => {
  const dispute = { id: 'du_1', payment_intent: { id: 'pi_1' }, amount: 900, reason: 'fraudulent' }
  expect(disputeView(dispute as Stripe.Dispute)).toEqual({
    providerObjectId: 'du_1',
    paymentObjectId: 'pi_1',
    amount: 900,
    reason: 'fraudulent',
  })
})
