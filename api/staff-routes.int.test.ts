import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recording } from './testing/recording.ts'
import { type RunningApi, staffToken, startApi } from './testing/running-api.ts'
import { noon, order, orderId, useCases } from './testing/use-cases.ts'

// Each route of staff once, in its normal use: what the use case is called with, and what the caller gets.

let api: RunningApi
let staff: string
const { given, origins, seen, asked } = recording()

beforeAll(async () => {
  const plain = useCases()
  api = await startApi({
    useCases: {
      shipOrder: seen(plain.shipOrder),
      deliverOrder: seen(plain.deliverOrder),
      returnOrder: seen(plain.returnOrder),
      refundOrder: seen(plain.refundOrder),
      listProduct: seen(plain.listProduct),
      describeProduct: seen(plain.describeProduct),
      priceProduct: seen(plain.priceProduct),
      discontinueProduct: seen(plain.discontinueProduct),
      receiveStock: seen(plain.receiveStock),
      adjustStock: seen(plain.adjustStock),
      countStock: seen(plain.countStock),
      setSafetyStock: seen(plain.setSafetyStock),
      ordersWhere: asked(plain.ordersWhere),
      timelineOfOrder: asked(plain.timelineOfOrder),
    },
  })
  staff = await staffToken()
})
afterAll(() => api.close())

describe('staff', () => {
  const asStaff = (method: string, path: string, body?: unknown) =>
    api.call(method, path, { credential: staff, ...(body === undefined ? {} : { body }) })

  const commands: ReadonlyArray<
    readonly [method: string, path: string, body: unknown, status: number, command: unknown]
  > = [
    ['POST', `/v1/orders/${orderId}/ship`, { carrier: 'DHL' }, 200, { orderId, carrier: 'DHL' }],
    ['POST', `/v1/orders/${orderId}/deliver`, undefined, 200, { orderId }],
    [
      'POST',
      `/v1/orders/${orderId}/return`,
      { lines: [{ sku: 'mug-1', quantity: 1 }], restock: true, reason: 'broken' },
      200,
      { orderId, lines: [{ sku: 'MUG-1', quantity: 1 }], restock: true, reason: 'broken' },
    ],
    [
      'POST',
      `/v1/orders/${orderId}/refund`,
      { amount: 5, reason: 'late' },
      200,
      { orderId, amount: 5, reason: 'late' },
    ],
    [
      'POST',
      '/v1/products',
      { sku: 'mug-2', name: 'Mug 2', price: 5, currency: 'EUR' },
      201,
      { sku: 'MUG-2', name: 'Mug 2', price: 5, currency: 'EUR' },
    ],
    ['PATCH', '/v1/products/mug-1', { brand: null }, 200, { sku: 'MUG-1', brand: null }],
    [
      'PUT',
      '/v1/products/mug-1/price',
      { price: 5, currency: 'EUR' },
      200,
      { sku: 'MUG-1', price: 5, currency: 'EUR' },
    ],
    ['POST', '/v1/products/mug-1/discontinue', undefined, 200, { sku: 'MUG-1' }],
    [
      'POST',
      '/v1/stock/mug-1/receive',
      { quantity: 5, location: 'east' },
      200,
      { sku: 'MUG-1', quantity: 5, location: 'EAST' },
    ],
    [
      'POST',
      '/v1/stock/mug-1/adjust',
      { quantity: -2, reason: 'lost' },
      200,
      { sku: 'MUG-1', quantity: -2, reason: 'lost' },
    ],
    [
      'POST',
      '/v1/stock/mug-1/count',
      { quantity: 0, reason: 'june' },
      200,
      { sku: 'MUG-1', quantity: 0, reason: 'june' },
    ],
    ['PUT', '/v1/stock/mug-1/safety', { quantity: 0 }, 200, { sku: 'MUG-1', quantity: 0 }],
  ]
  for (const [method, path, body, status, command] of commands)
    test(`${method} ${path}`, async () => {
      const reply = await asStaff(method, path, body)
      expect([reply.status, given.pop()]).toEqual([status, command])
      expect(reply.body).toMatchObject({ position: '42' })
      expect(origins.pop()).toMatchObject({ actor: 'staff:grace' })
    })

  test('a refund has lines or an amount or neither, but not both', async () => {
    const lines = [{ sku: 'MUG-1', quantity: 1 }]
    const both = await asStaff('POST', `/v1/orders/${orderId}/refund`, { lines, amount: 5, reason: 'x' })
    expect([both.status, both.body]).toMatchObject([422, { code: 'validation_failed' }])
    const rest = await asStaff('POST', `/v1/orders/${orderId}/refund`, { reason: 'x' })
    expect([rest.status, given.pop()]).toEqual([200, { orderId, reason: 'x' }])
  })

  test('lists orders and reads a timeline', async () => {
    const list = await asStaff('GET', '/v1/orders?status=confirmed&from=2026-03-01T13:00:00%2B01:00&cursor=c')
    expect(list.body).toMatchObject({ items: [{ orderId: order.orderId }], nextCursor: 'next' })
    expect(given.pop()).toMatchObject({ status: 'confirmed', from: noon, limit: 20, cursor: 'c' })
    const timeline = await asStaff('GET', `/v1/orders/${orderId}/timeline`)
    expect(timeline.body).toMatchObject({ items: [{ at: '2026-03-01T12:00:00.000Z', type: 'OrderPlaced' }] })
    expect(given.pop()).toMatchObject({ orderId })
  })

  test('reads stock', async () => {
    const reply = await asStaff('GET', '/v1/stock/mug-1')
    expect(reply.body).toMatchObject({ sku: 'MUG-1', available: 7, locations: [{ location: 'MAIN', onHand: 10 }] })
  })
})
