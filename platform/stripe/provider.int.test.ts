// The adapter against the payment simulator, over HTTP: what each call of the port comes to when nothing goes wrong on the
// way. What does go wrong is in failures.int.test.ts.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PaymentProvider, ProviderRefused } from '#commands/payment-provider.ts'
import { derivedId } from '#domain/values/ids.ts'
import { apiKey, type TestSimulator, testSimulator } from '#embedded/payments/testing/simulator.ts'
import { createStripeProvider } from './provider.ts'

let simulator: TestSimulator
let provider: PaymentProvider

beforeAll(async () => {
  simulator = await testSimulator()
  provider = createStripeProvider({ apiKey, host: '127.0.0.1', port: simulator.port, protocol: 'http' })
})

afterAll(() => simulator[Symbol.asyncDispose]())

let orders = 0
const newOrder = () => {
  orders += 1
  return { orderId: `order-${orders}`, attempt: 1 }
}

const created = async (paymentMethod = 'pm_card_visa', order = newOrder()) => {
  const view = await provider.createIntent({ ...order, amount: 1_250, currency: 'EUR', paymentMethod })
  return { view, intent: { ...order, providerObjectId: view.providerObjectId } }
}

const confirmed = async (paymentMethod?: string) => {
  const { intent } = await created(paymentMethod)
  return { intent, view: await provider.confirmIntent(intent) }
}

const captured = async (paymentMethod?: string) => {
  const { intent } = await confirmed(paymentMethod)
  return { intent, view: await provider.captureIntent({ ...intent, amount: 1_250 }) }
}

const orderId = '0f9a5a52-33a5-5c2f-8d4c-5a3d8f4a2b11'

describe('an intent', () => {
  test('is created unconfirmed, for its order and attempt, with a secret for the browser', async () => {
    const { view } = await created('pm_card_visa', { orderId, attempt: 2 })
    expect(view).toEqual({
      providerObjectId: expect.stringMatching(/^pi_/),
      amount: 1_250,
      status: { type: 'created' },
      clientSecret: expect.stringContaining(`${view.providerObjectId}_secret_`),
      order: { orderId, attempt: 2 },
    })
    expect(await simulator.stripe.paymentIntents.retrieve(view.providerObjectId)).toMatchObject({
      currency: 'eur',
      capture_method: 'manual',
      metadata: { orderId, attempt: '2' },
    })
  })

  test('created again is the same one in its current state', async () => {
    const { view, intent } = await created()
    await provider.confirmIntent(intent)
    const again = await created('pm_card_visa', intent)
    expect(again.view.providerObjectId).toBe(view.providerObjectId)
    expect(again.view.status.type).toBe('authorized')
  })

  test('is confirmed: the amount is authorized, not captured', async () => {
    const { view, intent } = await confirmed()
    expect(view.status).toMatchObject({ type: 'authorized' })
    expect(await provider.readIntent(intent.providerObjectId)).toEqual(view)
  })

  test.each([
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
  ])('with %s is declined, which is a status, not an error', async (paymentMethod, declineCode) => {
    const { view, intent } = await confirmed(paymentMethod)
    expect(view).toMatchObject({ amount: 1_250, status: { type: 'declined', declineCode } })
    expect(await provider.readIntent(intent.providerObjectId)).toEqual(view)
    expect(await provider.confirmIntent(intent)).toEqual(view)
  })

  test('may need the shopper, and goes on when they have acted', async () => {
    const { view, intent } = await confirmed('pm_card_threeDSecure2Required')
    expect(view.status).toEqual({ type: 'requires_action' })
    await simulator.request('POST', `/simulator/payment_intents/${intent.providerObjectId}/authenticate`, {
      outcome: 'succeeded',
    })
    expect((await provider.readIntent(intent.providerObjectId)).status.type).toBe('authorized')
    // Stripe answers this key with what it said before the shopper acted.
    expect((await provider.confirmIntent(intent)).status.type).toBe('authorized')
  })

  test('whose shopper fails to authenticate is declined', async () => {
    const { intent } = await confirmed('pm_card_threeDSecure2Required')
    await simulator.request('POST', `/simulator/payment_intents/${intent.providerObjectId}/authenticate`, {
      outcome: 'failed',
    })
    expect((await provider.readIntent(intent.providerObjectId)).status).toEqual({
      type: 'declined',
      declineCode: 'payment_intent_authentication_failure',
    })
  })

  test('is captured once, however often it is asked for', async () => {
    const { view, intent } = await captured()
    expect(view.status).toEqual({ type: 'captured', capturedAmount: 1_250 })
    expect(await provider.captureIntent({ ...intent, amount: 1_250 })).toEqual(view)
    expect((await provider.confirmIntent(intent)).status).toEqual(view.status)
  })

  test('is voided before the capture, which releases the amount', async () => {
    const { intent } = await confirmed()
    expect((await provider.voidIntent(intent)).status).toEqual({ type: 'voided' })
    expect((await provider.voidIntent(intent)).status).toEqual({ type: 'voided' })
    const { data } = await simulator.stripe.charges.list({ payment_intent: intent.providerObjectId })
    expect(data).toMatchObject([{ captured: false, amount_captured: 0, amount_refunded: 1_250 }])
  })

  test('is voided even if its attempt has others that were voided before', async () => {
    const { intent } = await created()
    const params = { amount: 1_250, currency: 'eur', capture_method: 'manual' } as const
    for (const _ of ['second', 'third', 'fourth']) {
      const { id: providerObjectId } = await simulator.stripe.paymentIntents.create(params)
      expect((await provider.voidIntent({ ...intent, providerObjectId })).status).toEqual({ type: 'voided' })
    }
    expect((await provider.voidIntent(intent)).status).toEqual({ type: 'voided' })
  })

  test('that was captured is not voided: the answer has its status', async () => {
    const { intent } = await captured()
    expect((await provider.voidIntent(intent)).status).toEqual({ type: 'captured', capturedAmount: 1_250 })
  })

  test('whose authorization has expired is voided, also for a caller who wants to capture it', async () => {
    const { intent } = await confirmed()
    await simulator.stripe.paymentIntents.cancel(intent.providerObjectId)
    expect((await provider.captureIntent({ ...intent, amount: 1_250 })).status).toEqual({ type: 'voided' })
  })

  test('is found by its order and attempt', async () => {
    const since = Date.now()
    const { intent } = await confirmed()
    await created()
    const found = await provider.findIntent({ ...intent, since })
    expect(found).toEqual(await provider.readIntent(intent.providerObjectId))
    expect(await provider.findIntent({ ...intent, attempt: 2, since })).toBeUndefined()
    expect(await provider.findIntent({ ...intent, orderId: 'order-unknown', since })).toBeUndefined()
  })

  test('created long after its request is found, one created before it is not searched', async () => {
    const { intent } = await created()
    const hour = 3_600_000
    expect((await provider.findIntent({ ...intent, since: Date.now() - hour }))?.providerObjectId).toBe(
      intent.providerObjectId,
    )
    expect(await provider.findIntent({ ...intent, since: Date.now() + hour })).toBeUndefined()
  })

  describe('among very many others', () => {
    const orderOf = (orderId: string) => ({
      orderId,
      attempt: 1,
      amount: 1_250,
      currency: 'EUR',
      paymentMethod: 'pm_card_visa',
    })
    const manyOthers = 450
    const moreThanCanBeRead = 2_050
    const dayBefore = () => Date.now() - 25 * 3_600_000
    let rush: TestSimulator
    let busy: PaymentProvider
    let others = 0

    const crowd = async (until: number): Promise<void> => {
      while (others < until)
        await Promise.all(
          Array.from({ length: Math.min(400, until - others) }, () =>
            busy.createIntent(orderOf(`order-crowd-${others++}`)),
          ),
        )
    }

    beforeAll(async () => {
      rush = await testSimulator()
      busy = createStripeProvider({ apiKey, host: '127.0.0.1', port: rush.port, protocol: 'http' })
    })
    afterAll(() => rush[Symbol.asyncDispose]())

    test('is overlooked while its key is remembered; created again it is the same one', async () => {
      const order = orderOf('order-oldest')
      const since = Date.now()
      const first = await busy.createIntent(order)
      await crowd(manyOthers)
      expect(await busy.findIntent({ ...order, since })).toBeUndefined()
      expect(await busy.createIntent(order)).toEqual(first)
      const newest = orderOf('order-newest')
      expect(await busy.findIntent({ ...newest, since })).toBeUndefined()
      const { providerObjectId } = await busy.createIntent(newest)
      expect(await busy.findIntent({ ...newest, since })).toMatchObject({ providerObjectId })
    })

    test('is not overlooked once its key may be forgotten: the search reads more pages, and after them gives no answer', async () => {
      const { providerObjectId } = await busy.createIntent(orderOf('order-oldest'))
      const found = await busy.findIntent({ ...orderOf('order-oldest'), since: dayBefore() })
      expect(found).toMatchObject({ providerObjectId })
      await crowd(moreThanCanBeRead)
      const looking = busy.findIntent({ ...orderOf('order-oldest'), since: dayBefore() })
      await expect(looking).rejects.toThrow('more objects than can be looked through')
    })
  })
})

describe('a refund', () => {
  const refundOf = (paymentObjectId: string, failedObjectIds: readonly string[] = []) => ({
    orderId: 'order-1',
    refundId: derivedId('refund', paymentObjectId),
    paymentObjectId,
    failedObjectIds,
  })

  test('refunds a part, once, and is found', async () => {
    const { intent } = await captured()
    const refund = refundOf(intent.providerObjectId)
    expect(await provider.findRefund(refund)).toBeUndefined()
    const view = await provider.refund({ ...refund, amount: 400 })
    expect(view).toEqual({
      providerObjectId: expect.stringMatching(/^re_/),
      refundId: refund.refundId,
      paymentObjectId: intent.providerObjectId,
      amount: 400,
      status: { type: 'refunded' },
    })
    expect(await provider.refund({ ...refund, amount: 400 })).toEqual(view)
    expect(await provider.findRefund(refund)).toEqual(view)
    expect(await provider.readRefund(view.providerObjectId)).toEqual(view)
    expect(await provider.findRefund({ ...refund, refundId: 'another' })).toBeUndefined()
  })

  test('may be pending at the bank', async () => {
    const { intent } = await captured('pm_card_pendingRefund')
    expect((await provider.refund({ ...refundOf(intent.providerObjectId), amount: 400 })).status).toEqual({
      type: 'pending',
    })
  })

  test('that the bank returned is made again as a new object', async () => {
    const { intent } = await captured('pm_card_refundFail')
    const refund = refundOf(intent.providerObjectId)
    const first = await provider.refund({ ...refund, amount: 400 })
    const failed = { ...first, status: { type: 'failed', reason: 'unknown' } }
    expect(await provider.findRefund(refund)).toEqual(failed)
    // Stripe replays its first answer under this key, a success.
    expect(await provider.refund({ ...refund, amount: 400 })).toEqual(failed)
    const next = refundOf(intent.providerObjectId, [first.providerObjectId])
    expect(await provider.findRefund(next)).toBeUndefined()
    const second = await provider.refund({ ...next, amount: 400 })
    expect(second.providerObjectId).not.toBe(first.providerObjectId)
  })

  test('of more than was captured is refused', async () => {
    const { intent } = await captured()
    const refused = provider.refund({ ...refundOf(intent.providerObjectId), amount: 1_251 })
    await expect(refused).rejects.toBeInstanceOf(ProviderRefused)
  })
})

describe('what Stripe refuses', () => {
  const create = (order: { amount: number; currency: string; paymentMethod: string }) =>
    provider.createIntent({ ...newOrder(), ...order })

  test.each([
    ['a tiny amount', { amount: 49, currency: 'EUR', paymentMethod: 'pm_card_visa' }, 'amount_too_small'],
    [
      'a currency with other units',
      { amount: 1_000, currency: 'ISK', paymentMethod: 'pm_card_visa' },
      'currency_not_supported',
    ],
  ])('%s is refused with its code', async (_, order, code) => {
    await expect(create(order)).rejects.toMatchObject({ name: 'ProviderRefused', code })
  })

  test('an unknown card is declined: the attempt has an object that can be found and voided', async () => {
    const order = newOrder()
    const since = Date.now()
    const { view, intent } = await created('pm_nobody', order)
    expect(view.status).toEqual({ type: 'declined', declineCode: 'resource_missing' })
    expect((await created('pm_nobody', order)).view.providerObjectId).toBe(view.providerObjectId)
    expect(await provider.findIntent({ ...order, since })).toEqual(view)
    expect((await provider.voidIntent(intent)).status).toEqual({ type: 'voided' })
  })

  test('a missing intent is refused', async () => {
    await expect(provider.readIntent('pi_nobody')).rejects.toMatchObject({ code: 'resource_missing' })
  })
})
