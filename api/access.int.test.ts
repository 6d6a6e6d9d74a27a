import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gets, givenApi, header, problem, sends, sendsAsStaff, status } from './testing/http.ts'
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
const given = givenApi(() => api)

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
    test(`${what} is refused with 401, and the answer says what to send`, async () =>
      given()
        .when(gets('/v1/stock/MUG-1', { credential: await credential() }))
        .then(problem(401, 'unauthenticated'), header('www-authenticate', 'Bearer')))

  test('an Authorization header without Bearer is refused', () =>
    given()
      .when(gets('/v1/products', { credential: '', headers: { authorization: 'Basic YTpi' } }))
      .then(problem(401, 'unauthenticated')))

  test('the body of a refused caller is not read', () =>
    given()
      .when(sends('POST', '/v1/products', { credential: '', raw: 'x'.repeat(2_000_000) }))
      .then(problem(401, 'unauthenticated')))
})

describe('authorization', () => {
  test.each([
    ['POST', '/v1/products'],
    ['GET', '/v1/stock/MUG-1'],
    ['GET', '/v1/orders'],
    ['GET', `/v1/orders/${orderId}/timeline`],
    ['POST', `/v1/orders/${orderId}/ship`],
  ])('a storefront key does not give access to %s %s', (method, path) =>
    given().when(sends(method, path)).then(problem(403, 'forbidden')),
  )

  test.each(['staff', 'admin'] as const)('a token of %s gives access to the routes of staff', (role) =>
    given()
      .when(sendsAsStaff('GET', '/v1/stock/MUG-1', { role }))
      .then(status(200)),
  )

  const withoutOwnToken: ReadonlyArray<readonly [string, Parameters<typeof sends>]> = [
    ['an order that exists', ['GET', `/v1/orders/${orderId}`]],
    ['an order that does not exist', ['GET', `/v1/orders/${reservationId}`]],
    [
      'an order, with the token of another',
      ['GET', `/v1/orders/${orderId}`, { headers: { 'order-token': orderTokens.sign(reservationId) } }],
    ],
    ['an order, with no valid token', ['GET', `/v1/orders/${orderId}`, { headers: { 'order-token': 'x.y.z' } }]],
    ['a command on an order', ['POST', `/v1/orders/${orderId}/cancel`, { body: { reason: 'mine' } }]],
  ]
  test.each(withoutOwnToken)('without its own token a request for %s is refused, always the same', (_, request) =>
    given()
      .when(sends(...request))
      .then(problem(403, 'order_token_required')),
  )

  const ownToken = { 'order-token': orderTokens.sign(orderId) }

  test('the token of an order gives access to it', () =>
    given()
      .when(gets(`/v1/orders/${orderId}`, { headers: ownToken }))
      .then(status(200)))

  test('a token of staff gives access to an order', () =>
    given()
      .when(sendsAsStaff('GET', `/v1/orders/${orderId}`))
      .then(status(200)))

  test('an order token alone is not a credential', () =>
    given()
      .when(gets(`/v1/orders/${orderId}`, { credential: '', headers: ownToken }))
      .then(problem(401, 'unauthenticated')))

  test('a request above the rate limit is refused and told when to try again', () =>
    given()
      .when(gets('/v1/products', { credential: 'x'.repeat(40) }))
      .then(problem(429, 'rate_limited'), header('retry-after', '3')))
})

test('logs contain neither credentials nor the URLs of requests', async () => {
  await api.call('GET', '/v1/orders/track?orderNumber=0000-0000-0000&email=ada@example.com')
  const text = api.logged.join('')
  expect(text).toContain('"credential":"storefront:shop"')
  expect(text).not.toMatch(/ada@example|shop-key|eyJ/)
})
