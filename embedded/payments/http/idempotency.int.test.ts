import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { answerKeptMilliseconds } from '../ledger/idempotency.ts'
import { openStore } from '../ledger/store.ts'
import { testSimulator } from '../testing/simulator.ts'
import { startPipeline } from './pipeline.ts'

const order = {
  amount: 1000,
  currency: 'eur',
  allowed_payment_method_types: ['card'],
} satisfies Stripe.PaymentIntentCreateParams

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'succeeded',
    (error: unknown) => error,
  )

test('the same key with the same parameters gets the first answer, and nothing is done twice', async () => {
  await using simulator = await testSimulator()
  const { stripe } = simulator
  const first = await stripe.paymentIntents.create(order, { idempotencyKey: 'create-1' })
  const second = await stripe.paymentIntents.create(order, { idempotencyKey: 'create-1' })
  expect(second).toEqual(first)
  expect(first.lastResponse.headers['idempotent-replayed']).toBe(undefined)
  expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
  expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId)
  expect((await stripe.paymentIntents.list()).data).toHaveLength(1)
})

test('a decline is replayed and does not charge again', async () => {
  await using simulator = await testSimulator()
  const { stripe } = simulator
  const { id } = await stripe.paymentIntents.create(order)
  const declined = () =>
    failure(
      stripe.paymentIntents.confirm(
        id,
        { payment_method: 'pm_card_visa_chargeDeclined' },
        { idempotencyKey: 'confirm-1' },
      ),
    )
  expect(await declined()).toMatchObject({ statusCode: 402, code: 'card_declined' })
  expect(await declined()).toMatchObject({ statusCode: 402, headers: { 'idempotent-replayed': 'true' } })
  expect((await stripe.charges.list({ payment_intent: id })).data).toHaveLength(1)
})

test('the same key with other parameters or at another endpoint is an idempotency error', async () => {
  await using simulator = await testSimulator()
  const { stripe } = simulator
  const { id } = await stripe.paymentIntents.create(order, { idempotencyKey: 'create-1' })
  const other = await failure(stripe.paymentIntents.create({ ...order, amount: 2000 }, { idempotencyKey: 'create-1' }))
  expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
  const elsewhere = await failure(stripe.paymentIntents.cancel(id, {}, { idempotencyKey: 'create-1' }))
  expect(elsewhere).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
})

test('refused parameters do not use up the key', async () => {
  await using simulator = await testSimulator()
  const { stripe } = simulator
  const refused = await failure(stripe.paymentIntents.create({ ...order, amount: -1 }, { idempotencyKey: 'create-1' }))
  expect(refused).toMatchObject({ statusCode: 400 })
  expect((await stripe.paymentIntents.create(order, { idempotencyKey: 'create-1' })).amount).toBe(1000)
})

test('a second request is a conflict while the first is in progress, and a replay afterwards', async () => {
  await using simulator = await testSimulator({ latencyMilliseconds: 100 })
  const { stripe } = simulator
  const create = () => stripe.paymentIntents.create(order, { idempotencyKey: 'create-1' })
  const [first, second] = await Promise.allSettled([create(), create()])
  const outcomes = [first, second].map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome.value))
  expect(outcomes).toContainEqual(expect.objectContaining({ object: 'payment_intent' }))
  expect(outcomes).toContainEqual(expect.objectContaining({ statusCode: 409, code: 'idempotency_key_in_use' }))
  expect((await create()).lastResponse.headers['idempotent-replayed']).toBe('true')
})

test('a 500 is kept under its key, and the changes of the failed call are rolled back', async () => {
  const store = openStore('memory', null)
  let calls = 0
  const pipeline = startPipeline({
    store,
    beforeExecuting: () => Promise.resolve(null),
    afterCommit: () => {},
    log: () => {},
  })
  const call = {
    method: 'POST',
    path: '/v1/refunds',
    operation: 'refund' as const,
    id: '',
    params: {},
    idempotencyKey: 'refund-1',
    apiVersion: null,
    requestId: 'req_1',
    at: 1_700_000_000_000,
    newId: (prefix: string) => `${prefix}_1`,
  }
  const failing = () =>
    pipeline(call, () => ({
      kind: 'ready',
      execute: (ledger) => {
        calls += 1
        ledger.saveRefund({
          id: 're_1',
          createdAt: 1_700_000_000,
          amount: 1,
          currency: 'eur',
          chargeId: 'ch_1',
          intentId: 'pi_1',
          paymentMethod: 'pm_card_visa',
          metadata: {},
          reason: null,
          status: 'succeeded',
        })
        throw new Error('a bug')
      },
    }))
  expect(await failing()).toMatchObject({ status: 500 })
  const executed = calls
  expect(await failing()).toMatchObject({ status: 500, replayOf: 'req_1' })
  expect(calls).toBe(executed)
  expect(await store.commit((ledger) => ledger.find('refund', 're_1'))).toBe(undefined)
  store.close()
})

test('expired answers are deleted when new ones are stored', async () => {
  const store = openStore('memory', null)
  const answer = { endpoint: 'POST /v1/refunds', fingerprint: 'f', requestId: 'req_1', status: 200, body: '{}', at: 1 }
  await store.commit((ledger) => ledger.saveAnswer('old', answer))
  await store.commit((ledger) => ledger.saveAnswer('young', { ...answer, at: answerKeptMilliseconds }))
  expect(await store.commit((ledger) => ledger.findAnswer('old'))).toEqual(answer)
  await store.commit((ledger) => ledger.saveAnswer('new', { ...answer, at: answerKeptMilliseconds + 1 }))
  expect(await store.commit((ledger) => ledger.findAnswer('old'))).toBe(undefined)
  expect(await store.commit((ledger) => ledger.findAnswer('young'))).toMatchObject({ at: answerKeptMilliseconds })
  store.close()
})
