import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProblemCode, problems } from './problems.ts'
import { expectProblem } from './testing/expect-problem.ts'
import { type Call, type RunningApi, startApi } from './testing/running-api.ts'

// Addresses, queries and methods that nothing serves, and a use case that breaks.

let api: RunningApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

type Case = readonly [what: string, method: string, path: string, call: Call, code: ProblemCode, path?: string]
const cases: readonly Case[] = [
  ['a reservation that is no id', 'GET', '/v1/reservations/1', {}, 'route_not_found'],
  ['a product that is not', 'GET', '/v1/products/NOPE', {}, 'product_not_found'],
  ['an unknown query field', 'GET', '/v1/products?colour=red', {}, 'validation_failed', 'query'],
  ['a query field twice', 'GET', '/v1/products?brand=a&brand=b', {}, 'validation_failed', 'query.brand'],
  ['a NUL in a query', 'GET', '/v1/products?query=%00', {}, 'validation_failed', 'query.query'],
  ['a price that is none', 'GET', '/v1/products?minPrice=1.5', {}, 'validation_failed', 'query.minPrice'],
  ['a limit of 0', 'GET', '/v1/products?limit=0', {}, 'validation_failed', 'query.limit'],
  ['a position that is none', 'GET', '/v1/products?minPosition=-1', {}, 'validation_failed', 'query.minPosition'],
  [
    '51 cards',
    'GET',
    `/v1/product-cards?ids=${Array.from({ length: 51 }, (_, index) => `A${index}`).join()}`,
    {},
    'validation_failed',
    'query.ids',
  ],
  ['an address that no one can decode', 'GET', '/v1/products/%E0%A4%A', {}, 'malformed_request'],
  ['an address of nothing', 'GET', '/v2/products', {}, 'route_not_found'],
  ['a method that is not taken', 'DELETE', '/v1/products/MUG-1', {}, 'method_not_allowed'],
  ['a webhook without a signature', 'POST', '/webhooks/stripe', { raw: '{}' }, 'invalid_signature'],
]

describe('what does not fit is refused', () => {
  for (const [what, method, path, call, code, errorPath] of cases)
    test(`${what}: ${problems[code].status} ${code}`, async () => {
      expectProblem(await api.call(method, path, call), code, errorPath)
    })

  test('a method that is not taken is told which are', async () => {
    const reply = await api.call('DELETE', '/v1/products/MUG-1')
    expect(reply.headers.get('allow')).toBe('GET, HEAD, PATCH')
  })

  test('a use case that breaks tells nothing of itself', async () => {
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
