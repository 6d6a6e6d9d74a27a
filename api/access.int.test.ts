import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  orderTokens,
  type RunningApi,
  reservationTokens,
  shopKey,
  staffToken,
  startApi,
} from './testing/running-api.ts'
import { noon, orderId, reservationId } from './testing/use-cases.ts'

let api: RunningApi
beforeAll(async () => {
  api = await startApi({
    shell: { limitRate: async (credentialId) => (credentialId === 'storefront:other' ? 3 : undefined) },
  })
})
afterAll(() => api.close())

const secret = Buffer.from('a secret of staff tokens, for tests alone')
const jwt = (claims: Record<string, unknown>, header: { alg?: string; typ?: string } = {}, key: Uint8Array = secret) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header }).sign(key)
const claims = { sub: 'grace', role: 'staff', exp: noon / 1_000 + 60 }
const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`

describe('authentication', () => {
  const refused: ReadonlyArray<readonly [string, () => Promise<string> | string]> = [
    ['no credential', () => ''],
    ['a key that is not known', () => `${shopKey}x`],
    ['an unsigned token', () => unsigned],
    ['a token under another secret', () => jwt(claims, {}, Buffer.alloc(32, 1))],
    ['a token under another algorithm', () => jwt(claims, { alg: 'HS512' })],
    ['an expired token', () => staffToken('staff', noon - 10_000)],
    ['a token without an end', () => jwt({ sub: 'grace', role: 'staff' })],
    ['a token without a subject', () => jwt({ role: 'staff', exp: claims.exp })],
    ['a token of no role', () => jwt({ ...claims, role: 'customer' })],
    ['a token of another type', () => jwt(claims, { typ: 'order+jwt' })],
    [
      'a reservation token',
      () => reservationTokens.sign({ reservationId, currency: 'EUR', expiresAt: noon, lines: [] }),
    ],
    ['an order token', () => orderTokens.sign(orderId)],
  ]
  for (const [what, credential] of refused)
    test(`${what} is refused with 401, and the answer says what to send`, async () => {
      const reply = await api.call('GET', '/v1/stock/MUG-1', { credential: await credential() })
      expect([reply.status, reply.body]).toMatchObject([401, { code: 'unauthenticated' }])
      expect(reply.headers.get('www-authenticate')).toBe('Bearer')
    })

  test('an Authorization header without Bearer is refused', async () => {
    const reply = await api.call('GET', '/v1/products', { credential: '', headers: { authorization: 'Basic YTpi' } })
    expect(reply.status).toBe(401)
  })

  test('the body of a refused caller is not read', async () => {
    const reply = await api.call('POST', '/v1/products', { credential: '', raw: 'x'.repeat(2_000_000) })
    expect(reply.status).toBe(401)
  })
})

describe('authorization', () => {
  test('a storefront key does not give access to the routes of staff', async () => {
    for (const [method, path] of [
      ['POST', '/v1/products'],
      ['GET', '/v1/stock/MUG-1'],
      ['GET', '/v1/orders'],
      ['GET', `/v1/orders/${orderId}/timeline`],
      ['POST', `/v1/orders/${orderId}/ship`],
    ] as const) {
      const reply = await api.call(method, path)
      expect([method, path, reply.status, reply.body]).toMatchObject([method, path, 403, { code: 'forbidden' }])
    }
  })

  test('tokens of staff and admin give access to the routes of staff', async () => {
    for (const role of ['staff', 'admin'] as const) {
      const reply = await api.call('GET', '/v1/stock/MUG-1', { credential: await staffToken(role) })
      expect(reply.status).toBe(200)
    }
  })

  test('without its own token a request for an order is refused, the same whether the order exists or not', async () => {
    const other = reservationId
    const replies = await Promise.all([
      api.call('GET', `/v1/orders/${orderId}`),
      api.call('GET', `/v1/orders/${other}`),
      api.call('GET', `/v1/orders/${orderId}`, { headers: { 'order-token': orderTokens.sign(other) } }),
      api.call('GET', `/v1/orders/${orderId}`, { headers: { 'order-token': 'x.y.z' } }),
      api.call('POST', `/v1/orders/${orderId}/cancel`, { body: { reason: 'mine' } }),
    ])
    expect(replies.map(({ status, body }) => [status, body])).toMatchObject(
      Array(5).fill([403, { code: 'order_token_required' }]),
    )
  })

  test('the token of an order, or of staff, gives access to the order', async () => {
    const own = await api.call('GET', `/v1/orders/${orderId}`, {
      headers: { 'order-token': orderTokens.sign(orderId) },
    })
    const staff = await api.call('GET', `/v1/orders/${orderId}`, { credential: await staffToken() })
    expect([own.status, staff.status]).toEqual([200, 200])
  })

  test('an order token alone is not a credential', async () => {
    const headers = { 'order-token': orderTokens.sign(orderId) }
    const reply = await api.call('GET', `/v1/orders/${orderId}`, { credential: '', headers })
    expect(reply.status).toBe(401)
  })

  test('a request above the rate limit is refused and told when to try again', async () => {
    const reply = await api.call('GET', '/v1/products', { credential: 'x'.repeat(40) })
    expect([reply.status, reply.body]).toMatchObject([429, { code: 'rate_limited' }])
    expect(reply.headers.get('retry-after')).toBe('3')
  })
})

test('logs contain neither credentials nor the URLs of requests', async () => {
  await api.call('GET', '/v1/orders/track?orderNumber=0000-0000-0000&email=ada@example.com')
  const text = api.logged.join('')
  expect(text).toContain('"credential":"storefront:shop"')
  expect(text).not.toMatch(/ada@example|shop-key|eyJ/)
})
