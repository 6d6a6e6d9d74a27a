import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProblemCode, problems } from './problems.ts'
import { expectProblem } from './testing/expect-problem.ts'
import { type Call, type RunningApi, reservationTokens, staffToken, startApi } from './testing/running-api.ts'
import { noon, orderId, product, reservationId } from './testing/use-cases.ts'

// The answer to every bad input is a problem document with a stable code and without internal details.

let api: RunningApi
beforeAll(async () => {
  api = await startApi({
    useCases: {
      listProduct: async ({ name, description }) => {
        seen.push(name, description ?? '')
        return { sku: 'X', position: 1n }
      },
    },
  })
})
afterAll(() => api.close())
const seen: string[] = []

const line = { sku: 'MUG-1', quantity: 1 }
const reserve = (body: unknown): Call => ({ body })
const address = { name: 'Ada', line1: '1 Mill Lane', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' }
const token = (change: (text: string) => string = (text) => text) =>
  change(
    reservationTokens.sign({
      reservationId,
      currency: 'EUR',
      expiresAt: noon,
      lines: [
        { line: 0, sku: 'MUG-1', quantity: 1, location: 'MAIN', unitPrice: 1, priceRevision: 0, expiresAt: noon },
      ],
    }),
  )
const place = (reservationToken: string): Call => ({
  body: { reservationToken, customer: { email: 'ada@example.com' }, shippingAddress: address },
})

type Case = readonly [what: string, method: string, path: string, call: Call, code: ProblemCode, path?: string]
const cases: readonly Case[] = [
  ['no lines', 'POST', '/v1/reservations', reserve({ lines: [] }), 'validation_failed', 'body.lines'],
  ['no body', 'POST', '/v1/reservations', {}, 'validation_failed', 'body'],
  ['a list for a body', 'POST', '/v1/reservations', reserve([]), 'validation_failed', 'body'],
  ['null for a body', 'POST', '/v1/reservations', reserve(null), 'validation_failed', 'body'],
  [
    'no sku',
    'POST',
    '/v1/reservations',
    reserve({ lines: [{ quantity: 1 }] }),
    'validation_failed',
    'body.lines.0.sku',
  ],
  [
    'quantity 0',
    'POST',
    '/v1/reservations',
    reserve({ lines: [{ ...line, quantity: 0 }] }),
    'validation_failed',
    'body.lines.0.quantity',
  ],
  [
    'a negative quantity',
    'POST',
    '/v1/reservations',
    reserve({ lines: [{ ...line, quantity: -1 }] }),
    'validation_failed',
    'body.lines.0.quantity',
  ],
  [
    'a fractional quantity',
    'POST',
    '/v1/reservations',
    reserve({ lines: [{ ...line, quantity: 1.5 }] }),
    'validation_failed',
    'body.lines.0.quantity',
  ],
  [
    'a quantity as text',
    'POST',
    '/v1/reservations',
    reserve({ lines: [{ ...line, quantity: '1' }] }),
    'validation_failed',
    'body.lines.0.quantity',
  ],
  [
    'a quantity above the bound',
    'POST',
    '/v1/reservations',
    { raw: '{"lines":[{"sku":"MUG-1","quantity":1e12}]}', headers: { 'content-type': 'application/json' } },
    'validation_failed',
    'body.lines.0.quantity',
  ],
  ['an unknown field', 'POST', '/v1/reservations', reserve({ lines: [line], price: 1 }), 'validation_failed', 'body'],
  [
    'an unknown field in a line',
    'POST',
    '/v1/reservations',
    reserve({ lines: [{ ...line, unitPrice: 1 }] }),
    'validation_failed',
    'body.lines.0',
  ],
  [
    'a __proto__ field',
    'POST',
    '/v1/reservations',
    {
      raw: '{"lines":[{"sku":"MUG-1","quantity":1}],"__proto__":{"x":1}}',
      headers: { 'content-type': 'application/json' },
    },
    'validation_failed',
    'body',
  ],
  [
    'a sku that is SQL',
    'POST',
    '/v1/reservations',
    reserve({ lines: [{ ...line, sku: "1'; drop table orders;--" }] }),
    'validation_failed',
    'body.lines.0.sku',
  ],
  [
    'a sku of 65 characters',
    'POST',
    '/v1/reservations',
    reserve({ lines: [{ ...line, sku: 'A'.repeat(65) }] }),
    'validation_failed',
    'body.lines.0.sku',
  ],
  [
    'a ttl of a day',
    'POST',
    '/v1/reservations',
    reserve({ lines: [line], ttlSeconds: 86_400 }),
    'validation_failed',
    'body.ttlSeconds',
  ],
  [
    '1,001 lines',
    'POST',
    '/v1/reservations',
    reserve({ lines: Array(1_001).fill(line) }),
    'validation_failed',
    'body.lines',
  ],
  [
    '10,000 lines',
    'POST',
    '/v1/reservations',
    reserve({ lines: Array(10_000).fill({ sku: 'A', quantity: 1 }) }),
    'validation_failed',
    'body.lines',
  ],
  [
    'a body of 2 MB',
    'POST',
    '/v1/reservations',
    { raw: ' '.repeat(2_000_000), headers: { 'content-type': 'application/json' } },
    'body_too_large',
  ],
  [
    'bad JSON',
    'POST',
    '/v1/reservations',
    { raw: '{"lines":[', headers: { 'content-type': 'application/json' } },
    'malformed_json',
  ],
  [
    'a form',
    'POST',
    '/v1/reservations',
    { raw: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    'unsupported_media_type',
  ],
  ['plain text', 'POST', '/v1/reservations', { raw: '{}' }, 'unsupported_media_type'],
  [
    'JSON in another encoding',
    'POST',
    '/v1/reservations',
    { raw: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } },
    'unsupported_media_type',
  ],
  [
    'a short idempotency key',
    'POST',
    '/v1/reservations',
    { body: { lines: [line] }, headers: { 'idempotency-key': 'short' } },
    'invalid_idempotency_key',
  ],
  [
    'an idempotency key of 129',
    'POST',
    '/v1/reservations',
    { body: { lines: [line] }, headers: { 'idempotency-key': 'k'.repeat(129) } },
    'invalid_idempotency_key',
  ],
  [
    'a forged token',
    'POST',
    '/v1/orders',
    place(token((text) => `${text.slice(0, -2)}AA`)),
    'invalid_reservation_token',
  ],
  ['a token that is none', 'POST', '/v1/orders', place('hello'), 'invalid_reservation_token'],
  [
    'an invalid email',
    'POST',
    '/v1/orders',
    { body: { reservationToken: token(), customer: { email: 'ada' }, shippingAddress: address } },
    'validation_failed',
    'body.customer.email',
  ],
  [
    'an unknown country',
    'POST',
    '/v1/orders',
    {
      body: {
        reservationToken: token(),
        customer: { email: 'ada@example.com' },
        shippingAddress: { ...address, country: 'England' },
      },
    },
    'validation_failed',
    'body.shippingAddress.country',
  ],
  [
    'the token of another reservation',
    'POST',
    `/v1/reservations/${orderId}/release`,
    { body: { reservationToken: token() } },
    'invalid_reservation_token',
  ],
]

describe('bad input is refused', () => {
  for (const [what, method, path, call, code, errorPath] of cases)
    test(`${what}: ${problems[code].status} ${code}`, async () => {
      expectProblem(await api.call(method, path, call), code, errorPath)
    })
})

describe('unusual input is accepted as data', () => {
  const credential = staffToken()
  test('SQL, HTML and text in any writing system reach the use case unchanged', async () => {
    const name = `Robert'); DROP TABLE products;--<script>alert(1)</script> 日本語 👍 \${7*7}`
    const reply = await api.call('POST', '/v1/products', {
      credential: await credential,
      body: { sku: 'x', name, description: '../../etc/passwd', price: 1, currency: 'EUR' },
    })
    expect([reply.status, seen]).toEqual([201, [name, '../../etc/passwd']])
  })

  test('except NUL and half of a surrogate pair, which the databases cannot store', async () => {
    for (const name of ['a\0b', 'a\ud800b']) {
      const body = { sku: 'x', name, price: 1, currency: 'EUR' }
      const reply = await api.call('POST', '/v1/products', { credential: await credential, body })
      expect([reply.status, reply.body]).toMatchObject([422, { errors: [{ path: 'body.name' }] }])
    }
  })

  test('a sku is trimmed and converted to upper case', async () => {
    const reply = await api.call('GET', '/v1/products/%20mug-1')
    expect(reply.body).toEqual(product)
  })
})
