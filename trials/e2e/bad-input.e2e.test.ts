// Wrong, hostile and forged input against the whole platform: each gets its stable code, and nothing is appended to the log.
import { beforeAll, describe, expect, test } from 'vitest'
import { fieldOf } from '../shop/field.ts'
import { eventually } from '../shop/retry.ts'
import { ada, buy, positionOf, reserve, stockProduct } from '../shop/shop.ts'
import { useStack } from './testing/stack.ts'

const running = useStack()
const anOrder = '0198f1de-0000-7000-8000-000000000000'

beforeAll(async () => {
  await stockProduct(running().staff, { sku: 'MUG', price: 900, quantity: 1_000 })
})

/** A request that is sent as it is: `body` is not turned into JSON. */
type RawRequest = {
  readonly method?: string
  readonly body?: string
  readonly contentType?: string
  readonly credential?: string
  readonly headers?: Readonly<Record<string, string>>
}

const send = async (path: string, raw: RawRequest) => {
  const { addresses, credentials } = running().stack
  const { method = 'POST', body, contentType = 'application/json', credential = credentials.storefrontKey } = raw
  const response = await fetch(`${addresses.apiUrls[0]}${path}`, {
    method,
    headers: { authorization: `Bearer ${credential}`, 'content-type': contentType, ...raw.headers },
    body: body ?? null,
  })
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() }
}

const line = { sku: 'MUG', quantity: 1 }
const reserving = (...lines: readonly unknown[]): RawRequest => ({ body: JSON.stringify({ lines }) })
const placing = (more: object): RawRequest => ({ body: JSON.stringify({ reservationToken: 'x.y.z', ...ada, ...more }) })

type Case = readonly [what: string, path: string, raw: RawRequest, status: number, code: string]
const cases: readonly Case[] = [
  ['an unknown sku', '/v1/reservations', reserving({ ...line, sku: 'NOT-LISTED' }), 422, 'unknown_sku'],
  ['quantity 0', '/v1/reservations', reserving({ ...line, quantity: 0 }), 422, 'validation_failed'],
  ['a negative quantity', '/v1/reservations', reserving({ ...line, quantity: -1 }), 422, 'validation_failed'],
  ['a fractional quantity', '/v1/reservations', reserving({ ...line, quantity: 1.5 }), 422, 'validation_failed'],
  ['a quantity above any stock', '/v1/reservations', reserving({ ...line, quantity: 1e15 }), 422, 'validation_failed'],
  ['a quantity as text', '/v1/reservations', reserving({ ...line, quantity: '1' }), 422, 'validation_failed'],
  ['10,000 lines', '/v1/reservations', reserving(...Array(10_000).fill(line)), 413, 'body_too_large'],
  ['1,001 lines', '/v1/reservations', reserving(...Array(1_001).fill(line)), 422, 'validation_failed'],
  ['no line', '/v1/reservations', reserving(), 422, 'validation_failed'],
  ['an unknown field', '/v1/reservations', reserving({ ...line, discount: 100 }), 422, 'validation_failed'],
  ['a list as the body', '/v1/reservations', { body: '[]' }, 422, 'validation_failed'],
  ['a number as the body', '/v1/reservations', { body: '7' }, 422, 'validation_failed'],
  ['an incomplete body', '/v1/reservations', { body: '{"lines":[{"sku":' }, 400, 'malformed_json'],
  ['a body of 2 MB', '/v1/reservations', { body: `"${'x'.repeat(2 * 1_024 * 1_024)}"` }, 413, 'body_too_large'],
  ['a form', '/v1/reservations', { body: 'a=1', contentType: 'text/plain' }, 415, 'unsupported_media_type'],
  [
    'SQL as a sku',
    '/v1/reservations',
    reserving({ ...line, sku: "'; DROP TABLE stock; --" }),
    422,
    'validation_failed',
  ],
  ['a path as a sku', '/v1/reservations', reserving({ ...line, sku: '../../etc/passwd' }), 422, 'validation_failed'],
  ['a zero byte', '/v1/reservations', reserving({ ...line, sku: 'MUG\u0000' }), 422, 'validation_failed'],
  [
    'an idempotency key that is too short',
    '/v1/reservations',
    { ...reserving(line), headers: { 'idempotency-key': 'short' } },
    400,
    'invalid_idempotency_key',
  ],
  ['an invalid reservation token', '/v1/orders', placing({}), 422, 'invalid_reservation_token'],
  ['an invalid email', '/v1/orders', placing({ customer: { email: 'ada' } }), 422, 'validation_failed'],
  [
    'an invalid country',
    '/v1/orders',
    placing({ shippingAddress: { ...ada.shippingAddress, country: 'Wales' } }),
    422,
    'validation_failed',
  ],
  ['a storefront key on a staff route', '/v1/products', { body: '{}' }, 403, 'forbidden'],
  [
    'an unknown storefront key',
    '/v1/reservations',
    { ...reserving(line), credential: 'sf_nobody' },
    401,
    'unauthenticated',
  ],
  [
    'paying an order without its token',
    `/v1/orders/${anOrder}/pay`,
    { body: '{"paymentMethod":"pm_card_visa"}' },
    403,
    'order_token_required',
  ],
  ['a webhook without a signature', '/webhooks/stripe', { body: '{"id":"evt_1"}' }, 400, 'invalid_signature'],
  [
    'a webhook with a wrong signature',
    '/webhooks/stripe',
    { body: '{"id":"evt_1"}', headers: { 'stripe-signature': 't=1,v1=00' } },
    400,
    'invalid_signature',
  ],
  ['an unknown path', '/v1/nothing', { body: '{}' }, 404, 'route_not_found'],
  ['a method that the path does not have', '/v1/reservations', { method: 'DELETE' }, 405, 'method_not_allowed'],
  ['an unknown query field', '/v1/products?colour=red', { method: 'GET' }, 422, 'validation_failed'],
]

describe('given a running platform', () => {
  test('when wrong requests are sent, then each gets a problem document with its code, and nothing is appended', async () => {
    const before = await running().log.events()
    for (const [what, path, raw, status, code] of cases) {
      const answer = await send(path, raw)
      const problem = {
        status,
        code,
        title: expect.any(String),
        detail: expect.any(String),
        traceId: expect.any(String),
      }
      expect({ what, ...answer }).toMatchObject({ what, status, type: 'application/problem+json', body: problem })
    }
    expect(await running().log.events()).toEqual(before)
  })

  test('when tokens are forged or belong to another order, then each is refused, and nothing is appended', async () => {
    const { shopper, log, stack } = running()
    const held = await reserve(shopper, [line])
    const [mine, other] = [await buy(shopper, [line]), await buy(shopper, [line])]
    const before = await log.events()
    const [head = '', payload = '', signature = ''] = held.reservationToken.split('.')
    const content = Buffer.from(payload, 'base64url').toString()
    const cheaper = content.replace(',900,', ',1,')
    expect(cheaper).not.toBe(content)
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
    const forged = [
      [head, Buffer.from(cheaper).toString('base64url'), signature].join('.'),
      [unsigned, payload, ''].join('.'),
      mine.orderToken,
    ]
    for (const reservationToken of forged)
      expect(await shopper.post('/v1/orders', { reservationToken, ...ada })).toMatchObject({
        status: 422,
        body: { code: 'invalid_reservation_token' },
      })
    for (const orderToken of [other.orderToken, held.reservationToken, `${mine.orderToken}x`])
      expect(await shopper.post(`/v1/orders/${mine.orderId}/cancel`, { reason: 'x' }, { orderToken })).toMatchObject({
        status: 403,
        body: { code: 'order_token_required' },
      })
    const unsignedStaff = `${unsigned}.${stack.credentials.staffToken.split('.')[1]}.`
    for (const credential of [unsignedStaff, `${stack.credentials.staffToken}x`])
      expect(await send('/v1/products', { body: '{}', credential })).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      })
    expect(await log.events()).toEqual(before)
  })

  test('when an expired reservation token is used, then it is refused with 409 expired, and nothing is appended', async () => {
    const { shopper, log } = running()
    const held = await reserve(shopper, [line], { ttlSeconds: 1 })
    await eventually(
      () => shopper.get(`/v1/reservations/${held.reservationId}?minPosition=${held.position}`),
      ({ body }) => JSON.stringify(body).includes('"expired"'),
    )
    const before = await log.events()
    expect(await shopper.post('/v1/orders', { reservationToken: held.reservationToken, ...ada })).toMatchObject({
      status: 409,
      body: { code: 'expired' },
    })
    expect(await log.events()).toEqual(before)
  })

  test('when an idempotency key is used again with another body, then it is refused with 422, and nothing is appended', async () => {
    const { shopper, log } = running()
    const key = 'used-once-and-again'
    const first = await shopper.post('/v1/reservations', { lines: [line] }, { key })
    const before = await log.events()
    expect(await shopper.post('/v1/reservations', { lines: [{ ...line, quantity: 2 }] }, { key })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    })
    expect(await shopper.post('/v1/reservations', { lines: [line] }, { key })).toMatchObject({
      status: 201,
      body: { reservationId: fieldOf(first.body, 'reservationId') },
    })
    expect(await log.events()).toEqual(before)
  })

  test('when text contains HTML or SQL, then it comes back as it was sent, and nothing executes it', async () => {
    const { shopper, staff } = running()
    const name = `<script>alert("x")</script>'; DROP TABLE catalogue; --`
    const position = await stockProduct(staff, { sku: 'HOSTILE', price: 1, quantity: 1, name })
    const read = await shopper.get(`/v1/products/HOSTILE?minPosition=${position}`)
    expect(read).toMatchObject({ status: 200, body: { name } })
    expect(read.headers.get('content-type')).toBe('application/json')
    const found = await shopper.get(`/v1/products?query=${encodeURIComponent("') OR 1=1; DROP TABLE catalogue; --")}`)
    expect(found.status).toBe(200)
    const listed = await staff.post('/v1/products', { sku: 'SURVIVOR', name: 'Survivor', price: 1, currency: 'EUR' })
    expect(await shopper.get(`/v1/products?query=survivor&minPosition=${positionOf(listed)}`)).toMatchObject({
      status: 200,
      body: { total: 1 },
    })
  })
})
