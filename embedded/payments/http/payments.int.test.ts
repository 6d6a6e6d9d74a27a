// Payments through the official SDK: what a caller of Stripe relies on.

import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, type TestSimulator, testSimulator } from '../testing/simulator.ts'

let simulator: TestSimulator
let stripe: Stripe

beforeAll(async () => {
  simulator = await testSimulator()
  stripe = simulator.stripe
})

afterAll(() => simulator[Symbol.asyncDispose]())

const order = {
  amount: 1000,
  currency: 'eur',
  capture_method: 'manual',
  allowed_payment_method_types: ['card'],
  metadata: { orderId: 'o-1', attempt: '1' },
} satisfies Stripe.PaymentIntentCreateParams

const authorized = async (method = 'pm_card_visa') =>
  stripe.paymentIntents.create({ ...order, confirm: true, payment_method: method })

describe('a payment', () => {
  test('is created, confirmed by id, captured and refunded in parts', async () => {
    const created = await stripe.paymentIntents.create({ ...order, currency: 'EUR' })
    expect(created).toMatchObject({
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount: 1000,
      currency: 'eur',
      metadata: { orderId: 'o-1', attempt: '1' },
      latest_charge: null,
    })
    expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_`))

    const confirmed = await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_mastercard' })
    expect(confirmed).toMatchObject({ status: 'requires_capture', amount_capturable: 1000, amount_received: 0 })

    const succeeded = await stripe.paymentIntents.capture(created.id)
    expect(succeeded).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 1000 })

    const refund = await stripe.refunds.create({
      payment_intent: created.id,
      amount: 300,
      metadata: { refundId: 'r-1' },
    })
    expect(refund).toMatchObject({ amount: 300, status: 'succeeded', metadata: { refundId: 'r-1' } })
    expect(await stripe.refunds.retrieve(refund.id)).toEqual(refund)

    const read = await stripe.paymentIntents.retrieve(created.id, { expand: ['latest_charge.refunds'] })
    expect(read.latest_charge).toMatchObject({
      captured: true,
      amount_captured: 1000,
      amount_refunded: 300,
      refunded: false,
      metadata: { orderId: 'o-1' },
      payment_method_details: { card: { brand: 'mastercard' } },
      refunds: { object: 'list', data: [{ id: refund.id }] },
    })
  })

  test('with automatic capture succeeds at once', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1000 })
  })

  test('that is declined can be paid with another method on the same intent', async () => {
    const intent = await stripe.paymentIntents.create(order)
    const error = await errorOf(
      stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa_chargeDeclined' }),
    )
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError)
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' })
    expect(error.payment_intent).toMatchObject({ id: intent.id, status: 'requires_payment_method' })
    expect((await stripe.paymentIntents.retrieve(intent.id)).last_payment_error).toMatchObject({
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'generic_decline',
      charge: error.charge,
      payment_method: { id: 'pm_card_visa_chargeDeclined' },
    })

    const confirmed = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    expect(confirmed).toMatchObject({ status: 'requires_capture', last_payment_error: null })
    const charges = await stripe.charges.list({ payment_intent: intent.id })
    expect(charges.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed'])
  })

  test.each([
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', ''],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', ''],
  ])('with %s is declined as %s', async (method, code, declineCode) => {
    expect(await errorOf(authorized(method))).toMatchObject({ statusCode: 402, code, decline_code: declineCode })
  })

  test('can be cancelled until it is captured, which releases the authorization', async () => {
    const intent = await authorized()
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' })
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned', amount_capturable: 0 })
    expect(await stripe.charges.retrieve(String(canceled.latest_charge))).toMatchObject({
      captured: false,
      amount_captured: 0,
      amount_refunded: 1000,
    })
    expect(await errorOf(stripe.paymentIntents.capture(intent.id))).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { status: 'canceled' },
    })
  })

  test('cannot be captured twice, nor for more than is held, nor cancelled after it', async () => {
    const intent = await authorized()
    const tooMuch = await errorOf(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1001 }))
    expect(tooMuch).toMatchObject({ code: 'amount_too_large', param: 'amount_to_capture' })
    const part = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 700 })
    expect(part).toMatchObject({ status: 'succeeded', amount: 1000, amount_received: 700 })
    const state = { statusCode: 400, code: 'payment_intent_unexpected_state' }
    expect(await errorOf(stripe.paymentIntents.capture(intent.id))).toMatchObject(state)
    expect(await errorOf(stripe.paymentIntents.cancel(intent.id))).toMatchObject(state)
  })
})

describe('authentication', () => {
  const answer = (id: string, outcome: string) =>
    simulator.request('POST', `/simulator/payment_intents/${id}/authenticate`, { outcome })

  test('is requested, and the payment goes on when the customer has answered', async () => {
    const intent = await authorized('pm_card_threeDSecure2Required')
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } })
    expect(await answer(intent.id, 'succeeded')).toMatchObject({ status: 200, body: { status: 'requires_capture' } })
  })

  test('redirects if a return URL was given', async () => {
    const intent = await stripe.paymentIntents.create({
      ...order,
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'https://shop.example/back',
    })
    expect(intent.next_action).toMatchObject({ redirect_to_url: { return_url: 'https://shop.example/back' } })
  })

  test('that fails leaves the intent payable', async () => {
    const intent = await authorized('pm_card_authenticationRequired')
    expect(await answer(intent.id, 'failed')).toMatchObject({
      status: 200,
      body: { status: 'requires_payment_method' },
    })
    const read = await stripe.paymentIntents.retrieve(intent.id)
    expect(read.status).toBe('requires_payment_method')
    expect(read.last_payment_error?.code).toBe('payment_intent_authentication_failure')
  })

  test('is a decline if the customer is absent', async () => {
    const alone = stripe.paymentIntents.create({
      ...order,
      confirm: true,
      off_session: true,
      payment_method: 'pm_card_authenticationRequired',
    })
    expect(await errorOf(alone)).toMatchObject({ statusCode: 402, code: 'authentication_required' })
  })
})

describe('refunds', () => {
  const captured = async (method?: string) => stripe.paymentIntents.capture((await authorized(method)).id)

  test('never exceed what was captured', async () => {
    const { id } = await captured()
    await stripe.refunds.create({ payment_intent: id, amount: 600 })
    const tooMuch = await errorOf(stripe.refunds.create({ payment_intent: id, amount: 401 }))
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' })
    expect((await stripe.refunds.create({ payment_intent: id })).amount).toBe(400)
    expect(await errorOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      code: 'charge_already_refunded',
    })
    const listed = await stripe.refunds.list({ payment_intent: id })
    expect(listed.data.map((refund) => refund.amount)).toEqual([400, 600])
  })

  test('are refused before the capture', async () => {
    const { id } = await authorized()
    expect((await errorOf(stripe.refunds.create({ payment_intent: id }))).statusCode).toBe(400)
  })

  test('can stay pending until the bank answers', async () => {
    const { id } = await captured('pm_card_pendingRefund')
    const refund = await stripe.refunds.create({ payment_intent: id })
    expect(refund.status).toBe('pending')
    await simulator.request('POST', `/simulator/refunds/${refund.id}/settle`, { outcome: 'succeeded' })
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded')
  })

  test('can be returned by the bank after they succeeded', async () => {
    const { id, latest_charge } = await captured('pm_card_refundFail')
    const refund = await stripe.refunds.create({ payment_intent: id })
    expect(refund.status).toBe('succeeded')
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('failed')
    expect((await stripe.charges.retrieve(String(latest_charge))).amount_refunded).toBe(0)
  })
})

test('the ledger view shows every charge, and a memory ledger can be emptied', async () => {
  await using own = await testSimulator()
  const intent = await own.stripe.paymentIntents.create({ ...order, confirm: true, payment_method: 'pm_card_visa' })
  await own.stripe.paymentIntents.capture(intent.id, { amount_to_capture: 700 })
  await own.stripe.refunds.create({ payment_intent: intent.id, amount: 200 })
  expect(await own.request('GET', '/simulator/charges')).toEqual({
    status: 200,
    body: {
      charges: [
        {
          id: intent.latest_charge,
          paymentIntent: intent.id,
          metadata: order.metadata,
          paymentMethod: 'pm_card_visa',
          status: 'succeeded',
          currency: 'eur',
          amount: 1000,
          captured: 700,
          released: 300,
          refunded: 200,
          dispute: null,
        },
      ],
    },
  })
  expect((await own.request('POST', '/simulator/reset')).status).toBe(200)
  expect((await own.request('GET', '/simulator/charges')).body).toEqual({ charges: [] })
})
