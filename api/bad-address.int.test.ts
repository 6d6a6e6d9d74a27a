import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProblemCode, problems } from './problems.ts'
import { expectProblem } from './testing/expect-problem.ts'
import { type Call, type RunningApi, startApi } from './testing/running-api.ts'

// Requests with an address, query or method that no route serves, and a use case that throws.

let api: RunningApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

type Case = readonly [what: string, method: string, path: string, call: Call, code: ProblemCode, path?: string]
const cases: readonly Case[] = [
  ['a reservation id that is not a UUID', 'GET', '/v1/reservations/1', {}, 'route_not_found'],
  ['an unknown product', 'GET', '/v1/products/NOPE', {}, 'product_not_found'],
  ['an unknown query field', 'GET', '/v1/products?colour=red', {}, 'validation_failed', 'query'],
  ['a query field twice', 'GET', '/v1/products?brand=a&brand=b', {}, 'validation_failed', 'query.brand'],
  ['a NUL in a query', 'GET', '/v1/products?query=%00', {}, 'validation_failed', 'query.query'],
  ['a price with a fraction', 'GET', '/v1/products?minPrice=1.5', {}, 'validation_failed', 'query.minPrice'],
  ['a limit of 0', 'GET', '/v1/products?limit=0', {}, 'validation_failed', 'query.limit'],
  ['a negative position', 'GET', '/v1/products?minPosition=-1', {}, 'validation_failed', 'query.minPosition'],
  [
    '51 cards',
    'GET',
    `/v1/product-cards?ids=${Array.from({ length: 51 }, (_, index) => `A${index}`).join()}`,
    {},
    'validation_failed',
    'query.ids',
  ],
  ['an address that cannot be decoded', 'GET', '/v1/products/%E0%A4%A', {}, 'malformed_request'],
  ['an unknown address', 'GET', '/v2/products', {}, 'route_not_found'],
  ['a method that the address does not accept', 'DELETE', '/v1/products/MUG-1', {}, 'method_not_allowed'],
  ['a webhook without a signature', 'POST', '/webhooks/stripe', { raw: '{}' }, 'invalid_signature'],
]

describe('bad requests are refused', () => {
  for (const [what, method, path, call, code, errorPath] of cases)
    test(`${what}: ${problems[code].status} ${code}`, async () => {
      expectProblem(await api.call(method, path, call), code, errorPath)
    })

  test('the answer to a wrong method lists the right ones', async () => {
    const reply = await api.call('DELETE', '/v1/products/MUG-1')
    expect(reply.headers.get('allow')).toBe('GET, HEAD, PATCH')
  })

  test('the answer says nothing about an error in a use case', async () => {
    const broken = await startApi({
      useCases: {
        productBySku: async () => {
          throw new Error('password of the database: hunter2')
        },
      },
    })
    const reply = await broken.call('GET', '/v1/products/MUG-1')
    await broken.close()
    expect([reply.status, reply.body]).toMatchObject([500, { code: 'internal_error' }])
    expect(reply.text).not.toContain('hunter2')
    expect(broken.logged.join('')).toContain('hunter2')
  })
})
