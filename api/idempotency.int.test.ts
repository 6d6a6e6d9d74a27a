import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { NoAnswer } from '#commands/stream-writer/errors.ts'
import { refuse } from './problems.ts'
import { type Call, type RunningApi, reservationTokens, staffToken, startApi } from './testing/running-api.ts'
import { useCases } from './testing/use-cases.ts'

const commandIds: string[] = []
let answer: 'held' | 'sold out' | 'breaks' | 'busy' | 'pending' = 'held'
const apis: RunningApi[] = []
const start = async (): Promise<RunningApi> => {
  const api = await startApi({
    useCases: {
      reserveStock: async (command, origin) => {
        commandIds.push(origin.commandId)
        if (answer === 'sold out') return refuse('out_of_stock', 'MUG-1 is sold out.', { lines: [] })
        if (answer === 'busy') throw new NoAnswer('overloaded', 'Too busy')
        if (answer === 'breaks') throw new Error('it broke')
        return useCases().reserveStock(command, origin)
      },
      payOrder: async (_command, { commandId }) => {
        commandIds.push(commandId)
        if (answer === 'pending') return { status: 'pending', position: 42n }
        return refuse('payment_in_progress', 'Another payment is in progress.')
      },
    },
  })
  apis.push(api)
  return api
}
afterAll(() => Promise.all(apis.map((api) => api.close())))
beforeEach(() => {
  commandIds.length = 0
  answer = 'held'
})

const key = 'action-0123456789'
const mug = (quantity: number, idempotencyKey?: string): Call => ({
  body: { lines: [{ sku: 'MUG-1', quantity }] },
  ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
})
const reserve = (api: RunningApi, call: Call) => api.call('POST', '/v1/reservations', call)
const pay = async (api: RunningApi) =>
  api.call('POST', '/v1/orders/0f9a5a52-33a5-5c2f-8d4c-5a3d8f4a2b11/pay', {
    credential: await staffToken(),
    body: { paymentMethod: 'pm_card' },
    headers: { 'idempotency-key': key },
  })

describe('a retry with the same key', () => {
  test('gets the answer of the first attempt, and the use case does not run again', async () => {
    const api = await start()
    const first = await reserve(api, mug(1, key))
    answer = 'sold out'
    const second = await reserve(api, mug(1, key))
    expect([second.status, second.text]).toEqual([201, first.text])
    expect([first, second].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true'])
    expect(commandIds).toHaveLength(1)
  })

  test('gets a refusal again too, with the same problem document', async () => {
    const api = await start()
    answer = 'sold out'
    const first = await reserve(api, mug(1, key))
    answer = 'held'
    const second = await reserve(api, mug(1, key))
    expect([second.status, second.contentType, second.text]).toEqual([409, 'application/problem+json', first.text])
  })

  test('has the same command id after the finished answers were lost', async () => {
    const api = await start()
    await reserve(api, mug(1, key))
    api.kept.clear()
    await reserve(api, mug(1, key))
    expect(commandIds).toEqual([commandIds[0], commandIds[0]])
  })

  test('may have the fields of its body in another order', async () => {
    const api = await start()
    await reserve(api, mug(1, key))
    const raw = '{ "lines": [ { "quantity": 1, "sku": "mug-1" } ], "ttlSeconds": 900 }'
    const headers = { 'idempotency-key': key, 'content-type': 'application/json' }
    expect((await reserve(api, { raw, headers })).status).toBe(201)
    expect(commandIds).toHaveLength(1)
  })

  test('is refused with another body', async () => {
    const api = await start()
    await reserve(api, mug(1, key))
    const second = await reserve(api, mug(2, key))
    expect([second.status, second.body]).toMatchObject([422, { code: 'idempotency_key_reused' }])
    expect((await reserve(api, mug(1, key))).status).toBe(201)
  })

  test.each(['breaks', 'busy'] as const)('runs the use case again after a 5xx: %s', async (failure) => {
    const api = await start()
    answer = failure
    expect((await reserve(api, mug(1, key))).status).toBeGreaterThanOrEqual(500)
    answer = 'held'
    expect((await reserve(api, mug(1, key))).status).toBe(201)
    expect(commandIds).toEqual([commandIds[0], commandIds[0]])
  })

  test('runs the use case again while another payment is in progress', async () => {
    const api = await start()
    expect([(await pay(api)).status, (await pay(api)).status, commandIds.length]).toEqual([409, 409, 2])
    expect(api.kept.size).toBe(0)
  })

  test('of a payment whose outcome was not known runs the use case again', async () => {
    const api = await start()
    answer = 'pending'
    expect([(await pay(api)).status, (await pay(api)).status, commandIds.length]).toEqual([200, 200, 2])
    expect(api.kept.size).toBe(0)
  })
})

describe('another request is', () => {
  test('each request without a key', async () => {
    const api = await start()
    await reserve(api, mug(1))
    await reserve(api, mug(1))
    expect(new Set(commandIds).size).toBe(2)
    expect(api.kept.size).toBe(0)
  })

  test('one with the same key and another credential or address', async () => {
    const api = await start()
    await reserve(api, mug(1, key))
    await reserve(api, { ...mug(1, key), credential: 'x'.repeat(40) })
    await api.call('POST', '/v1/orders/0f9a5a52-33a5-5c2f-8d4c-5a3d8f4a2b11/pay', {
      credential: await staffToken(),
      body: { paymentMethod: 'pm_card' },
      headers: { 'idempotency-key': key },
    })
    expect(new Set(commandIds).size).toBe(3)
  })
})

test('two requests with one key at once both reach the use case, with one command id', async () => {
  const api = await start()
  const replies = await Promise.all([reserve(api, mug(1, key)), reserve(api, mug(1, key))])
  expect(replies.map(({ status }) => status)).toEqual([201, 201])
  expect(new Set(commandIds).size).toBe(1)
})

test('a kept answer does not contain the body of the request, only a keyed hash of it', async () => {
  const api = await start()
  await api.call('POST', '/v1/orders', {
    body: {
      reservationToken: reservationTokens.sign({
        reservationId: '6f1c1de2-3c76-5a0e-9a35-1f2d1b7b0c44',
        currency: 'EUR',
        expiresAt: 1,
        lines: [{ line: 0, sku: 'A', quantity: 1, location: 'MAIN', unitPrice: 1, priceRevision: 0, expiresAt: 1 }],
      }),
      customer: { email: 'ada@example.com' },
      shippingAddress: { name: 'Ada', line1: '1 Mill Lane', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' },
    },
    headers: { 'idempotency-key': key },
  })
  expect([...api.kept.values()].join()).not.toMatch(/ada|Mill Lane/i)
  expect(api.kept.size).toBe(1)
})
