import { describe, expect, test } from 'vitest'
import { signatureHeader } from '#embedded/payments/webhook-signature.ts'
import { createStripeEventReader } from './webhooks.ts'

const secret = 'whsec_test'
const now = 1_700_000_000_000
const read = createStripeEventReader({ secret, clock: { now: () => now } })

const event = (type: string, object: object) => JSON.stringify({ id: 'evt_1', type, object: 'event', data: { object } })

const readSigned = (body: string) => read(Buffer.from(body), signatureHeader(body, secret, now))

const paid = event('payment_intent.succeeded', {
  object: 'payment_intent',
  id: 'pi_1',
  status: 'succeeded',
  client_secret: 'pi_1_secret_1',
  metadata: { orderId: 'order-1', attempt: '2' },
})

describe('an event that Stripe signed says which object to read', () => {
  test('an intent, with the order and attempt that we wrote on it, and nothing else', () => {
    expect(readSigned(paid)).toEqual({
      eventId: 'evt_1',
      type: 'payment_intent.succeeded',
      kind: 'intent',
      providerObjectId: 'pi_1',
      orderId: 'order-1',
      attempt: 2,
    })
  })

  test.each([
    ['without our metadata', { metadata: {} }],
    ['with somebody else’s', { metadata: { orderId: 'x'.repeat(500), attempt: 'first' } }],
    ['with none', {}],
  ])('an intent %s', (_, more) => {
    expect(
      readSigned(event('payment_intent.created', { object: 'payment_intent', id: 'pi_1', ...more })),
    ).toMatchObject({ kind: 'intent', providerObjectId: 'pi_1', orderId: undefined, attempt: undefined })
  })

  test.each(['pi_1', { id: 'pi_1', object: 'payment_intent' }])('a charge leads to its intent', (payment_intent) => {
    const charge = { object: 'charge', id: 'ch_1', payment_intent, metadata: { orderId: 'order-1', attempt: '1' } }
    expect(readSigned(event('charge.captured', charge))).toMatchObject({
      kind: 'intent',
      providerObjectId: 'pi_1',
      orderId: 'order-1',
      attempt: 1,
    })
  })

  test('a refund, with the payment that it is of', () => {
    const refund = {
      object: 'refund',
      id: 're_1',
      payment_intent: 'pi_1',
      metadata: { orderId: 'order-1', refundId: 'refund-1' },
    }
    expect(readSigned(event('refund.failed', refund))).toEqual({
      eventId: 'evt_1',
      type: 'refund.failed',
      kind: 'refund',
      providerObjectId: 're_1',
      paymentObjectId: 'pi_1',
      orderId: 'order-1',
      refundId: 'refund-1',
    })
  })

  test('a dispute, with the payment that it is of', () => {
    const dispute = { object: 'dispute', id: 'du_1', payment_intent: 'pi_1', reason: 'fraudulent' }
    expect(readSigned(event('charge.dispute.created', dispute))).toEqual({
      eventId: 'evt_1',
      type: 'charge.dispute.created',
      kind: 'dispute',
      providerObjectId: 'du_1',
      paymentObjectId: 'pi_1',
    })
  })

  test.each([
    ['a charge without an intent', 'charge.captured', { object: 'charge', id: 'ch_1', payment_intent: null }],
    ['what we do not know', 'payout.paid', { object: 'payout', id: 'po_1' }],
    ['what has no id', 'balance.available', { object: 'balance' }],
  ])('%s is of another kind', (_, type, object) => {
    const providerObjectId = 'id' in object ? object.id : undefined
    expect(readSigned(event(type, object))).toEqual({ eventId: 'evt_1', type, kind: 'other', providerObjectId })
  })
})

describe('refused is', () => {
  const problem = (body: string, signature: string | undefined) => read(Buffer.from(body), signature)
  const misfit = { problem: 'The Stripe-Signature does not fit the body, or is older than 300 s.' }

  test('a body without a signature', () => {
    expect(problem(paid, undefined)).toEqual({ problem: 'The Stripe-Signature header is missing.' })
  })

  test.each([
    ['made with another secret', paid, signatureHeader(paid, 'whsec_other', now)],
    ['of another body', paid.replace('order-1', 'order-2'), signatureHeader(paid, secret, now)],
    ['of 301 s ago', paid, signatureHeader(paid, secret, now - 301_000)],
    ['that is none', paid, 'nonsense'],
    ['that is empty', paid, ''],
    ['without a scheme that we know', paid, signatureHeader(paid, secret, now).replace('v1=', 'v0=')],
  ])('a signature %s', (_, body, signature) => {
    expect(problem(body, signature)).toEqual(misfit)
  })

  test.each(['{', '[]', '{"id":"evt_1"}', event('refund.failed', { object: 'refund' })])(
    'a signed body that is no event: %s',
    (body) => {
      expect(readSigned(body)).toEqual({ problem: 'The body is not a Stripe event.' })
    },
  )
})

test('a signature of 300 s ago is still good', () => {
  expect(read(Buffer.from(paid), signatureHeader(paid, secret, now - 300_000))).toMatchObject({ eventId: 'evt_1' })
})
