// Each switch as a caller with the official SDK meets it: what is answered, what was done, what is kept under the key.

import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  apiKey,
  errorOf,
  sdk,
  type TestSimulator,
  testSimulator,
  webhookReceiver,
  webhookSecret,
} from '../testing/simulator.ts'

let simulator: TestSimulator
let stripe: Stripe

beforeEach(async () => {
  simulator = await testSimulator()
  stripe = simulator.stripe
})

afterEach(() => simulator[Symbol.asyncDispose]())

const order = {
  amount: 1000,
  currency: 'eur',
  confirm: true,
  payment_method: 'pm_card_visa',
  allowed_payment_method_types: ['card'],
} satisfies Stripe.PaymentIntentCreateParams

const keyed = { idempotencyKey: 'create-1' }
const set = (...calls: readonly object[]) => simulator.request('PUT', '/simulator/faults', { calls })
const charges = async () => (await simulator.request('GET', '/simulator/charges')).body
const one = { charges: [expect.objectContaining({ captured: 1000 })] }
const none = { charges: [] }

test('latency: the call is delayed', async () => {
  await set({ kind: 'latency', fromMilliseconds: 60, toMilliseconds: 80, operations: ['create'] })
  const startedAt = performance.now()
  await stripe.paymentIntents.create(order)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59)
})

test('dropped_answer: the call is executed, the connection is closed, and the same key gets the answer', async () => {
  // The SDK sends a call whose connection was closed once more by itself.
  await set({ kind: 'dropped_answer', next: 2 })
  expect(await errorOf(stripe.paymentIntents.create(order, keyed))).toBeInstanceOf(Stripe.errors.StripeConnectionError)
  expect(await charges()).toEqual(one)
  const again = await stripe.paymentIntents.create(order, keyed)
  expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
  expect(await charges()).toEqual(one)
})

test('error_before: nothing is executed or kept', async () => {
  await set({ kind: 'error_before', next: 1 })
  expect(await errorOf(stripe.paymentIntents.create(order, keyed))).toMatchObject({
    statusCode: 500,
    type: 'StripeAPIError',
  })
  expect(await charges()).toEqual(none)
  const again = await stripe.paymentIntents.create(order, keyed)
  expect(again.lastResponse.headers['idempotent-replayed']).toBe(undefined)
  expect(await charges()).toEqual(one)
})

test('error_after: the call is executed, and the 500 is kept under the key', async () => {
  await set({ kind: 'error_after', next: 1 })
  const create = () => errorOf(stripe.paymentIntents.create(order, keyed))
  expect((await create()).statusCode).toBe(500)
  expect(await charges()).toEqual(one)
  const again = await create()
  expect(again.statusCode).toBe(500)
  expect(again.headers?.['idempotent-replayed']).toBe('true')
  expect(await charges()).toEqual(one)
})

test('conflict: 409, nothing is executed', async () => {
  await set({ kind: 'conflict', next: 1 })
  expect(await errorOf(stripe.paymentIntents.create(order, keyed))).toMatchObject({
    statusCode: 409,
    code: 'idempotency_key_in_use',
  })
  expect(await charges()).toEqual(none)
})

test('rate_limit: 429 in the format of Stripe, with the time to wait', async () => {
  await set({ kind: 'rate_limit', next: 1, retryAfterSeconds: 3 })
  const error = await errorOf(stripe.paymentIntents.create(order, keyed))
  expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError)
  expect(error).toMatchObject({ statusCode: 429, code: 'rate_limit' })
  expect(error.headers?.['retry-after']).toBe('3')
  expect(await charges()).toEqual(none)
})

test('silence: the connection stays open without an answer, nothing is executed, and the key is free', async () => {
  await set({ kind: 'silence', next: 1, operations: ['create'] })
  const impatient = new Stripe(apiKey, {
    host: '127.0.0.1',
    port: simulator.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    timeout: 100,
  })
  const error = await errorOf(impatient.paymentIntents.create(order, keyed))
  expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError)
  expect(error.message).toContain('timeout')
  expect(await charges()).toEqual(none)
  await stripe.paymentIntents.create(order, keyed)
  expect(await charges()).toEqual(one)
})

test('refused connections: no call gets through until the switch ends', async () => {
  await simulator.request('PUT', '/simulator/faults', { refuseConnectionsMilliseconds: 300 })
  const ping = () =>
    stripe.paymentIntents.list().then(
      () => 'answered',
      (error: Error) => error.message,
    )
  await expect.poll(ping, { interval: 10 }).toContain('error occurred with our connection')
  await expect.poll(ping, { timeout: 5_000 }).toBe('answered')
})

test('a simulator that refuses connections can be stopped', async () => {
  await using other = await testSimulator()
  await other.request('PUT', '/simulator/faults', { refuseConnectionsMilliseconds: 60_000 })
  await expect
    .poll(() => errorOf(sdk(other.port).charges.list()), { interval: 10 })
    .toBeInstanceOf(Stripe.errors.StripeConnectionError)
})

describe('the switches', () => {
  test('are listed with how often each has acted, and removed by an empty plan', async () => {
    await set({ kind: 'error_before', next: 3 })
    await errorOf(stripe.paymentIntents.create(order))
    expect((await simulator.request('GET', '/simulator/faults')).body).toEqual({
      seed: 1,
      calls: [{ kind: 'error_before', next: 3, taken: 1 }],
      webhooks: [],
    })
    await set()
    await stripe.paymentIntents.create(order)
    expect(await charges()).toEqual(one)
  })

  test('that are malformed are refused in one line, and change nothing', async () => {
    await set({ kind: 'error_before' })
    expect(await set({ kind: 'silence', next: 0 })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('calls[0][next]') } },
    })
    expect((await errorOf(stripe.paymentIntents.create(order))).statusCode).toBe(500)
  })

  test('do not apply to the ledger view and the other endpoints of the simulator itself', async () => {
    await stripe.paymentIntents.create(order)
    await set({ kind: 'silence' })
    expect(await charges()).toEqual(one)
  })

  test('can be set at the start', async () => {
    const plan = { seed: 1, calls: [{ kind: 'error_before' as const, next: 1 }], webhooks: [] }
    await using other = await testSimulator({ faults: plan })
    expect((await errorOf(other.stripe.paymentIntents.create(order))).statusCode).toBe(500)
    await other.stripe.paymentIntents.create(order)
  })
})

describe('webhooks', () => {
  const given = async (webhooks: readonly object[], delivered: number) => {
    await using receiver = await webhookReceiver()
    await using own = await testSimulator({ webhook: { url: receiver.url, secret: webhookSecret } })
    await own.request('PUT', '/simulator/faults', { seed: 3, webhooks })
    for (let nth = 0; nth < 3; nth += 1) await own.stripe.paymentIntents.create({ ...order, confirm: false })
    await receiver.count(delivered)
    const events = await own.stripe.events.list()
    const { webhooks: constructed } = own.stripe
    const received = receiver.received.map(
      ({ body, signature }) => constructed.constructEvent(body, signature, webhookSecret).id,
    )
    return { made: events.data.map(({ id }) => id).toReversed(), received }
  }

  test.each([true, false])('are doubled, together: %s', async (together) => {
    const { made, received } = await given([{ kind: 'double', times: 50, together, next: 1 }], 52)
    expect(new Set(received)).toEqual(new Set(made))
    const counts = made.map((id) => received.filter((other) => other === id).length)
    expect(counts.toSorted((a, b) => a - b)).toEqual([1, 1, 50])
  })

  test('are never sent', async () => {
    const { made, received } = await given([{ kind: 'never', next: 2 }], 1)
    expect(received).toEqual(made.slice(2))
  })

  test('are delayed, and others overtake them', async () => {
    const { made, received } = await given([{ kind: 'delay', fromMilliseconds: 200, next: 1 }], 3)
    expect(received.at(-1)).toBe(made[0])
    expect(received.toSorted()).toEqual(made.toSorted())
  })

  test('are shuffled: each comes once, in another order', async () => {
    const { made, received } = await given([{ kind: 'shuffle', withinMilliseconds: 400 }], 3)
    expect(received.toSorted()).toEqual(made.toSorted())
    expect(received).not.toEqual(made)
  })
})
