// The adapter behind a proxy that loses requests and answers, stalls, and fails as Stripe does. Each test says how often
// was asked: a retry too many and one too few both fail it.

import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { apiKey, type TestSimulator, testSimulator } from '#embedded/payments/testing/simulator.ts'
import type { Availability } from './calls.ts'
import { callLimits } from './calls.ts'
import { createStripeProvider, type StripeProviderOptions } from './provider.ts'
import { type FaultyProxy, startFaultyProxy } from './testing/faulty-proxy.ts'

let simulator: TestSimulator
let proxy: FaultyProxy

beforeEach(async () => {
  simulator = await testSimulator()
  proxy = await startFaultyProxy(simulator.port)
})

afterEach(async () => {
  await proxy[Symbol.asyncDispose]()
  await simulator[Symbol.asyncDispose]()
})

const quick = { callMillisecondsMax: 2_000, tryMillisecondsMax: 100, retryFirstMilliseconds: 1 }

const connect = (options: Partial<StripeProviderOptions> = {}) =>
  createStripeProvider({
    apiKey,
    host: '127.0.0.1',
    port: proxy.port,
    protocol: 'http',
    ...options,
    limits: { ...quick, ...options.limits },
  })

const attempt = { orderId: 'order-1', attempt: 1 }
const order = { ...attempt, amount: 1_000, currency: 'EUR', paymentMethod: 'pm_card_visa' }
const intentsMade = async () => (await simulator.stripe.paymentIntents.list()).data.length

const authorized = async (provider = connect()) => {
  const { providerObjectId } = await provider.createIntent(order)
  const intent = { ...attempt, providerObjectId }
  await provider.confirmIntent(intent)
  return intent
}

const keys = () => proxy.asked.map(({ headers }) => headers['idempotency-key'])

test('requests carry the pinned version and an idempotency key that names their purpose', async () => {
  // With the real limits: a request that is slow here must not be sent twice.
  const provider = connect({ limits: callLimits })
  const intent = await authorized(provider)
  await provider.captureIntent({ ...intent, amount: 1_000 })
  const refund = { orderId: 'order-1', refundId: 'refund-1', paymentObjectId: intent.providerObjectId }
  await provider.refund({ ...refund, amount: 1, failedObjectIds: [] })
  await provider.refund({ ...refund, amount: 1, failedObjectIds: ['re_failed'] })
  await provider.voidIntent(intent)
  expect(keys().slice(0, 6)).toEqual([
    'order-order-1-attempt-1-create',
    `order-order-1-attempt-1-confirm-${intent.providerObjectId}`,
    `order-order-1-attempt-1-capture-${intent.providerObjectId}`,
    'order-order-1-refund-refund-1-1',
    'order-order-1-refund-refund-1-2',
    `order-order-1-attempt-1-void-${intent.providerObjectId}`,
  ])
  const versions = new Set(proxy.asked.map(({ headers }) => headers['stripe-version']))
  expect([...versions]).toEqual(['2026-10-28.endive'])
})

describe('a lost request or answer', () => {
  const key = 'order-order-1-attempt-1-create'

  test.each([
    ['drop', [key, key]],
    ['hang', [key, key]],
    // The second answer is the first one, kept: so the object is read.
    ['drop the answer', [key, key, undefined]],
  ] as const)('%s: is sent again and done once', async (fault, asked) => {
    proxy.next(fault)
    const view = await connect().createIntent(order)
    expect(view.status).toEqual({ type: 'created' })
    expect(keys()).toEqual(asked)
    expect(await intentsMade()).toBe(1)
  })

  test('is given up after two retries, with the outcome unknown', async () => {
    proxy.always('drop')
    await expect(connect().createIntent(order)).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
    expect(proxy.asked).toHaveLength(3)
    expect(await intentsMade()).toBe(0)
  })

  test('may have been executed: the object is found afterwards', async () => {
    const provider = connect()
    const since = Date.now()
    proxy.next('drop the answer', 'drop the answer', 'drop the answer')
    await expect(provider.createIntent(order)).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
    const found = await provider.findIntent({ ...attempt, since })
    expect(found).toMatchObject({ amount: 1_000, status: { type: 'created' } })
    expect(await provider.confirmIntent({ ...attempt, providerObjectId: found?.providerObjectId ?? '' })).toMatchObject(
      { status: { type: 'authorized' } },
    )
  })

  test('of a refund leaves one refund, which is found', async () => {
    const provider = connect()
    const intent = await authorized(provider)
    await provider.captureIntent({ ...intent, amount: 1_000 })
    const refund = {
      orderId: 'order-1',
      refundId: 'refund-1',
      paymentObjectId: intent.providerObjectId,
      failedObjectIds: [],
    }
    proxy.next('drop the answer', 'drop the answer', 'drop the answer')
    await expect(provider.refund({ ...refund, amount: 300 })).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
    expect(await provider.findRefund(refund)).toMatchObject({ amount: 300, status: { type: 'refunded' } })
    const { data } = await simulator.stripe.refunds.list()
    expect(data).toHaveLength(1)
  })
})

describe('a provider that does not answer', () => {
  test.each(['hang', 'drip'] as const)('%s: each try ends, and the call with them', async (fault) => {
    proxy.always(fault)
    await expect(connect().readIntent('pi_1')).rejects.toMatchObject({
      name: 'ProviderOutcomeUnknown',
      message: 'Stripe did not answer in time.',
    })
    expect(proxy.asked).toHaveLength(3)
  })

  test('lesson: one hangs, all wait: a call of the provider has a deadline of its own', async () => {
    proxy.always('hang')
    const provider = connect({ limits: { callMillisecondsMax: 50, tryMillisecondsMax: 10_000 } })
    await expect(provider.readIntent('pi_1')).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
    expect(proxy.asked).toHaveLength(1)
  })

  test.each(['hang', 'drip'] as const)(
    '%s: calls beyond the bound are not sent until earlier ones time out',
    async (fault) => {
      proxy.always(fault)
      const provider = connect({ limits: { inFlightMax: 1, waitingMax: 1, retriesMax: 0 } })
      const calls = await Promise.allSettled([1, 2, 3].map((nth) => provider.readIntent(`pi_${nth}`)))
      expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
      expect(calls[2]).toMatchObject({ reason: { message: 'Too many calls to Stripe are under way.' } })
      expect(proxy.asked.map(({ path }) => path.split('?')[0])).toEqual([
        '/v1/payment_intents/pi_1',
        '/v1/payment_intents/pi_2',
      ])
    },
  )
})

describe('an answer that says nothing about the payment', () => {
  test.each([500, 503, 409, 429])('%i is tried again', async (status) => {
    proxy.next({ status })
    expect((await connect().createIntent(order)).status).toEqual({ type: 'created' })
    expect(proxy.asked).toHaveLength(2)
  })

  test.each([500, 409, 429])('%i that goes on leaves the outcome unknown', async (status) => {
    proxy.always({ status })
    await expect(connect().createIntent(order)).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
    expect(proxy.asked).toHaveLength(3)
  })

  test('it is not retried if Stripe says so', async () => {
    proxy.always({ status: 500, headers: { 'stripe-should-retry': 'false' } })
    await expect(connect().createIntent(order)).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
    expect(proxy.asked).toHaveLength(1)
  })

  test('refused credentials do not end an order', async () => {
    await expect(connect({ apiKey: 'sk_test_wrong' }).createIntent(order)).rejects.toMatchObject({
      name: 'ProviderOutcomeUnknown',
      message: expect.stringMatching(/^Stripe refused our credentials: check STRIPE_API_KEY \(req_\w+\)\.$/),
    })
    expect(proxy.asked).toHaveLength(1)
  })

  test('an answer that is not JSON leaves the outcome unknown', async () => {
    proxy.always({ status: 200, body: '<html>' })
    await expect(connect().readIntent('pi_1')).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
  })
})

describe.each([
  ['that has kept a failure', { status: 500, headers: { 'idempotent-replayed': 'true' } }],
  ['used for other parameters', { status: 400, body: '{"error":{"type":"idempotency_error","message":"No."}}' }],
] as const)('a key %s', (_, stored) => {
  test('is not retried for a day: the next key is used', async () => {
    proxy.next(stored)
    expect((await connect().createIntent(order)).status).toEqual({ type: 'created' })
    expect(keys()).toEqual(['order-order-1-attempt-1-create', 'order-order-1-attempt-1-create-2'])
  })

  test('three times is given up', async () => {
    proxy.always(stored)
    await expect(connect().createIntent(order)).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
    expect(proxy.asked.length).toBe(3)
  })

  test('of a refund needs a person: another key could refund twice', async () => {
    proxy.always(stored)
    const refund = { orderId: 'order-1', refundId: 'refund-1', paymentObjectId: 'pi_1', failedObjectIds: [] }
    await expect(connect().refund({ ...refund, amount: 1 })).rejects.toBeInstanceOf(ProviderOutcomeUnknown)
    expect(proxy.asked).toHaveLength(1)
  })
})

describe('a capture that Stripe refuses for good', () => {
  const refusal = (type: string, code: string) =>
    ({ status: 402, body: JSON.stringify({ error: { type, code, message: 'No.' } }) }) as const

  test('fails the capture if the authorization still exists', async () => {
    const intent = await authorized()
    proxy.next(refusal('card_error', 'card_declined'))
    expect((await connect().captureIntent({ ...intent, amount: 1_000 })).status).toEqual({
      type: 'capture_failed',
      reason: 'card_declined',
    })
  })

  test('does not fail the capture if the state has changed since', async () => {
    const intent = await authorized()
    proxy.next(refusal('invalid_request_error', 'payment_intent_unexpected_state'))
    expect((await connect().captureIntent({ ...intent, amount: 1_000 })).status.type).toBe('authorized')
  })

  test('does not fail the capture if it was captured already', async () => {
    const intent = await authorized()
    await connect().captureIntent({ ...intent, amount: 1_000 })
    proxy.next(refusal('invalid_request_error', 'charge_expired_for_capture'))
    expect((await connect().captureIntent({ ...intent, amount: 1_000 })).status.type).toBe('captured')
  })
})

test('errors carry no client secret', async () => {
  const { providerObjectId } = await connect().createIntent(order)
  const body = {
    error: {
      type: 'invalid_request_error',
      code: 'x',
      message: 'No.',
      payment_intent: { client_secret: 'pi_secret_1' },
    },
  }
  proxy.next({ status: 400, body: JSON.stringify(body) })
  const error: unknown = await connect()
    .readIntent(providerObjectId)
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'ProviderRefused', code: 'x' })
  expect(inspect(error, { depth: 10 })).not.toContain('pi_secret_1')
})

describe('a provider that goes on failing', () => {
  const limits = { failuresMax: 2, pauseMilliseconds: 200, retriesMax: 0 }

  test('is not called for a while, then tried by one call, and used again', async () => {
    const told: Availability[] = []
    const provider = connect({ limits, onAvailability: (availability) => told.push(availability) })
    proxy.next('drop', 'drop', 'drop')
    const read = () => provider.readIntent('pi_1').catch((error: Error) => error.message)

    for (let nth = 0; nth < 2; nth += 1) expect(await read()).toContain('connection')
    expect(await read()).toBe('Stripe failed repeatedly, so calls to it are paused for a moment.')
    expect(proxy.asked).toHaveLength(2)
    expect(told).toEqual(['paused'])

    const askedAfterReading = async () => {
      await read()
      return proxy.asked.length
    }
    await expect.poll(askedAfterReading).toBe(3)
    expect(told).toEqual(['paused', 'probing', 'paused'])

    await expect.poll(read).toContain("No such payment_intent: 'pi_1'")
    expect(told).toEqual(['paused', 'probing', 'paused', 'probing', 'available'])
  })

  test('declines and refusals are answers: they do not count', async () => {
    const told: Availability[] = []
    const provider = connect({ limits, onAvailability: (availability) => told.push(availability) })
    for (let nth = 0; nth < 4; nth += 1)
      await expect(provider.readIntent('pi_nobody')).rejects.toMatchObject({ code: 'resource_missing' })
    expect(told).toEqual([])
    expect(proxy.asked).toHaveLength(4)
  })
})
