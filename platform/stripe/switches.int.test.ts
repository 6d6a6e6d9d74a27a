// The adapter against the simulator's fault switches: whatever goes wrong at whichever step, the simulator's own ledger ends
// with one charge, captured once, and one refund. Each call is repeated as the checkout process does: where the outcome is
// unknown, the object is found or read, and the step taken from there.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import {
  apiKey,
  type TestSimulator,
  testSimulator,
  webhookReceiver,
  webhookSecret,
} from '#embedded/payments/testing/simulator.ts'
import { createStripeProvider } from './provider.ts'
import { createStripeEventReader } from './webhooks.ts'

let simulator: TestSimulator

beforeEach(async () => {
  simulator = await testSimulator()
})

afterEach(() => simulator[Symbol.asyncDispose]())

const connect = () =>
  createStripeProvider({
    apiKey,
    host: '127.0.0.1',
    port: simulator.port,
    protocol: 'http',
    limits: { callMillisecondsMax: 4_000, tryMillisecondsMax: 1_000, retryFirstMilliseconds: 1 },
  })

const attempt = { orderId: 'order-1', attempt: 1 }
const order = { ...attempt, amount: 1_000, currency: 'EUR', paymentMethod: 'pm_card_visa' }
const set = (...calls: readonly object[]) => simulator.request('PUT', '/simulator/faults', { calls })
const faults = async () => (await simulator.request('GET', '/simulator/faults')).body
const charges = async () => (await simulator.request('GET', '/simulator/charges')).body

const unknownIs =
  <T>(found: () => Promise<T>) =>
  (error: unknown): Promise<T> => {
    if (!(error instanceof ProviderOutcomeUnknown)) throw error
    return found()
  }

/** Creates, confirms, captures and refunds 300. */
const sell = async () => {
  const provider = connect()
  const since = Date.now()
  const find = async () => (await provider.findIntent({ ...attempt, since })) ?? provider.createIntent(order)
  const { providerObjectId } = await provider.createIntent(order).catch(unknownIs(find))
  const intent = { ...attempt, providerObjectId }
  const read = () => provider.readIntent(providerObjectId)
  expect(await provider.confirmIntent(intent).catch(unknownIs(read))).toMatchObject({ status: { type: 'authorized' } })
  const captured = await provider.captureIntent({ ...intent, amount: 1_000 }).catch(unknownIs(read))
  expect(captured).toMatchObject({ status: { type: 'captured', capturedAmount: 1_000 } })
  const refund = { orderId: 'order-1', refundId: 'refund-1', paymentObjectId: providerObjectId, failedObjectIds: [] }
  const refunded = await provider.refund({ ...refund, amount: 300 }).catch(unknownIs(() => provider.findRefund(refund)))
  expect(refunded).toMatchObject({ amount: 300, status: { type: 'refunded' } })
}

const sold = { charges: [expect.objectContaining({ amount: 1_000, captured: 1_000, released: 0, refunded: 300 })] }

describe.each(['create', 'confirm', 'capture', 'refund'])('at %s', (operation) => {
  // More than the tries of one call: the outcome stays unknown, and is looked up.
  test.each([1, 3])('answers dropped after they were done, %i in a row: one charge, one refund', async (next) => {
    await set({ kind: 'dropped_answer', next, operations: [operation] })
    await sell()
    expect(await charges()).toEqual(sold)
    expect(await faults()).toMatchObject({ calls: [{ taken: next }] })
  })

  test.each(['error_before', 'error_after', 'conflict', 'rate_limit', 'silence'])('%s: the same', async (kind) => {
    await set({ kind, next: 1, operations: [operation] })
    await sell()
    expect(await charges()).toEqual(sold)
    expect(await faults()).toMatchObject({ calls: [{ taken: 1 }] })
  })
})

test('a dropped answer to a cancellation releases the authorization once', async () => {
  await set({ kind: 'dropped_answer', next: 1, operations: ['cancel'] })
  const provider = connect()
  const { providerObjectId } = await provider.createIntent(order)
  const intent = { ...attempt, providerObjectId }
  await provider.confirmIntent(intent)
  expect((await provider.voidIntent(intent)).status).toEqual({ type: 'voided' })
  expect(await charges()).toEqual({ charges: [expect.objectContaining({ captured: 0, released: 1_000 })] })
})

test.each(['retrieve', 'list'])('an answer dropped at a %s is asked for again', async (operation) => {
  const provider = connect()
  const { providerObjectId } = await provider.createIntent(order)
  await set({ kind: 'dropped_answer', next: 1, operations: [operation] })
  expect(await provider.readIntent(providerObjectId)).toMatchObject({ status: { type: 'created' } })
  expect(await provider.findIntent({ ...attempt, since: Date.now() })).toMatchObject({ providerObjectId })
})

test('with all faults at once, from a seed, there is one charge and one refund', async () => {
  await simulator.request('PUT', '/simulator/faults', {
    seed: 4,
    calls: [
      { kind: 'latency', fromMilliseconds: 0, toMilliseconds: 5, probability: 0.5 },
      { kind: 'dropped_answer', probability: 0.3 },
      { kind: 'rate_limit', probability: 0.1 },
      { kind: 'error_before', probability: 0.1 },
    ],
  })
  await sell()
  expect(await charges()).toEqual(sold)
})

test('a dispute arrives as a webhook whose notice names the dispute, which names the payment', async () => {
  await using receiver = await webhookReceiver()
  await using own = await testSimulator({ webhook: { url: receiver.url, secret: webhookSecret } })
  const { id, latest_charge: charge } = await own.stripe.paymentIntents.create({
    amount: 1_000,
    currency: 'eur',
    confirm: true,
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
  })
  const { body } = await own.request('POST', `/simulator/charges/${charge}/dispute`, { reason: 'fraudulent' })
  await receiver.count(5)
  const read = createStripeEventReader({ secret: webhookSecret, clock: { now: () => Date.now() } })
  const notices = receiver.received.map((told) => read(Buffer.from(told.body), told.signature))
  const providerObjectId = /dp_[0-9a-f]+/.exec(JSON.stringify(body))?.[0] ?? ''
  const eventId = expect.stringMatching(/^evt_/)
  const type = 'charge.dispute.created'
  expect(notices).toContainEqual({ eventId, provider: 'stripe', type, kind: 'dispute', providerObjectId })
  const reading = createStripeProvider({ apiKey, host: '127.0.0.1', port: own.port, protocol: 'http' })
  expect(await reading.readDispute(providerObjectId)).toEqual({
    providerObjectId,
    paymentObjectId: id,
    amount: 1_000,
    reason: 'fraudulent',
  })
})
