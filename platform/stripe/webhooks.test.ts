import { describe, expect, test } from 'vitest'
import { signatureHeader } from '#embedded/payments/webhooks/webhook-signature.ts'
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
  const notice = { eventId: 'evt_1', provider: 'stripe' }

  test('an intent, without its contents', () => {
    const type = 'payment_intent.succeeded'
    expect(readSigned(paid)).toEqual({ ...notice, type, kind: 'intent', providerObjectId: 'pi_1' })
  })

  test('and the order and status, if our metadata are on the object', () => {
    const orderId = '3b241101-e2bb-4255-8caf-4136c566a962'
    const object = { object: 'payment_intent', id: 'pi_1', metadata: { orderId, attempt: '2' } }
    const hintIn = (type: string) => {
      const told = readSigned(event(type, object))
      return 'hint' in told ? told.hint : undefined
    }
    expect(hintIn('payment_intent.succeeded')).toEqual({ orderId, attempt: 2, phase: 'captured' })
    expect(hintIn('payment_intent.canceled')).toEqual({ orderId, attempt: 2, phase: 'voided' })
    expect(hintIn('payment_intent.processing')).toBeUndefined()
  })

  test.each(['pi_1', { id: 'pi_1', object: 'payment_intent' }])('a charge leads to its intent', (payment_intent) => {
    const type = 'charge.captured'
    const charge = { object: 'charge', id: 'ch_1', payment_intent }
    expect(readSigned(event(type, charge))).toEqual({ ...notice, type, kind: 'intent', providerObjectId: 'pi_1' })
  })

  test('a refund', () => {
    const type = 'refund.failed'
    const refund = { object: 'refund', id: 're_1', payment_intent: 'pi_1' }
    expect(readSigned(event(type, refund))).toEqual({ ...notice, type, kind: 'refund', providerObjectId: 're_1' })
  })

  test('a dispute', () => {
    const type = 'charge.dispute.created'
    const dispute = { object: 'dispute', id: 'du_1', payment_intent: 'pi_1', reason: 'fraudulent' }
    expect(readSigned(event(type, dispute))).toEqual({ ...notice, type, kind: 'dispute', providerObjectId: 'du_1' })
  })

  test.each([
    ['a charge without an intent', 'charge.captured', { object: 'charge', id: 'ch_1', payment_intent: null }],
    ['what we do not know', 'payout.paid', { object: 'payout', id: 'po_1' }],
    ['what has no id', 'balance.available', { object: 'balance' }],
  ])('%s is of another kind', (_, type, object) => {
    const providerObjectId = 'id' in object ? object.id : undefined
    expect(readSigned(event(type, object))).toEqual({ ...notice, type, kind: 'other', providerObjectId })
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
