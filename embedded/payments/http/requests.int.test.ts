// Refusals, lists and echoed fields of the API, through the official SDK.

import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, sdk, type TestSimulator, testSimulator } from '../testing/simulator.ts'
import { apiVersion } from './record.ts'

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
  allowed_payment_method_types: ['card'],
} satisfies Stripe.PaymentIntentCreateParams

describe('errors', () => {
  test('about the API key', async () => {
    const error = await errorOf(sdk(simulator.port, 'sk_test_other').paymentIntents.create(order))
    expect(error).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    expect(error.requestId).toMatch(/^req_/)
  })

  test('about missing objects', async () => {
    const missing = { code: 'resource_missing', type: 'StripeInvalidRequestError' }
    expect(await errorOf(stripe.paymentIntents.retrieve('pi_0'))).toMatchObject({ ...missing, statusCode: 404 })
    expect(await errorOf(stripe.charges.retrieve('ch_0'))).toMatchObject({ ...missing, statusCode: 404 })
    expect(await errorOf(stripe.paymentIntents.create({ ...order, payment_method: 'pm_0' }))).toMatchObject({
      ...missing,
      statusCode: 400,
      param: 'payment_method',
    })
    expect(await errorOf(stripe.refunds.create({ payment_intent: 'pi_0' }))).toMatchObject(missing)
    expect(await errorOf(stripe.customers.retrieve('cus_0'))).toMatchObject({ statusCode: 404 })
  })

  test.each([
    ['a missing amount', { currency: 'eur' }, 'parameter_missing', 'amount'],
    ['a fraction', { ...order, amount: 10.5 }, 'parameter_invalid_integer', 'amount'],
    ['too little', { ...order, amount: 49 }, 'amount_too_small', 'amount'],
    ['an unknown parameter', { ...order, colour: 'red' }, 'parameter_unknown', 'colour'],
    ['an unknown expansion', { ...order, expand: ['moon'] }, undefined, 'expand[0]'],
  ])('about parameters: %s', async (_, params, code, param) => {
    const error = await errorOf(stripe.rawRequest('POST', '/v1/payment_intents', params))
    expect(error).toMatchObject({ statusCode: 400, code, param })
  })

  test('payment_method_types is accepted only from callers of older API versions', async () => {
    const params = { amount: 1000, currency: 'eur', payment_method_types: ['card'] }
    const create = (apiVersion: string) => stripe.rawRequest('POST', '/v1/payment_intents', params, { apiVersion })
    expect(await create('2026-08-26.dahlia')).toMatchObject({ payment_method_types: ['card'] })
    expect(await errorOf(create('2026-09-30.endive'))).toMatchObject({
      statusCode: 400,
      code: 'payment_method_types_no_longer_supported',
    })
  })

  test('confirming without a return URL where methods may redirect', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1000, currency: 'eur' })
    const error = await errorOf(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }))
    expect(error).toMatchObject({ statusCode: 400, param: 'return_url' })
  })
})

test('lists are newest first, in pages, filtered by time', async () => {
  await using own = await testSimulator()
  const ids: string[] = []
  for (const nth of ['1', '2', '3']) {
    const intent = await own.stripe.paymentIntents.create({ ...order, metadata: { nth } })
    ids.unshift(intent.id)
  }
  const [newest, middle, oldest] = ids
  const listed = async (params: Stripe.PaymentIntentListParams) => {
    const page = await own.stripe.paymentIntents.list(params)
    return { ids: page.data.map((intent) => intent.id), more: page.has_more }
  }
  expect(await listed({ limit: 2 })).toEqual({ ids: [newest, middle], more: true })
  expect(await listed({ limit: 2, starting_after: String(middle) })).toEqual({ ids: [oldest], more: false })
  expect(await listed({ limit: 1, ending_before: String(oldest) })).toEqual({ ids: [middle], more: true })
  expect((await listed({ created: { gt: 4_000_000_000 } })).ids).toEqual([])
  expect((await listed({ created: { gte: 1_700_000_000, lt: 4_000_000_000 } })).ids).toEqual(ids)
  const paged: string[] = []
  for await (const intent of own.stripe.paymentIntents.list({ limit: 1 })) paged.push(intent.id)
  expect(paged).toEqual(ids)
})

test('the pinned API version is that of the SDK, and the version of the caller is echoed', async () => {
  const intent = await stripe.paymentIntents.create(order)
  expect(intent.lastResponse.apiVersion).toBe(stripe.getApiField('version'))
  expect(apiVersion).toBe(stripe.getApiField('version'))
})
