import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Origin } from './route.ts'
import { orderTokens, type RunningApi, reservationTokens, staffToken, startApi } from './testing/running-api.ts'
import { noon, order, orderId, reservationId, useCases } from './testing/use-cases.ts'

// Each route once as it is meant to be used: what the use case is given, and what the caller gets. That every answer fits
// its documented schema is checked by the harness.

let api: RunningApi
let staff: string
const given: unknown[] = []
const origins: Origin[] = []

/** The use case, with its command kept for the test to look at. */
const seen =
  <Command, Answer>(useCase: (command: Command, origin: Origin) => Promise<Answer>) =>
  (command: Command, origin: Origin): Promise<Answer> => {
    given.push(command)
    origins.push(origin)
    return useCase(command, origin)
  }
const asked =
  <Query, Answer>(query: (query: Query) => Promise<Answer>) =>
  (parameters: Query): Promise<Answer> => {
    given.push(parameters)
    return query(parameters)
  }

beforeAll(async () => {
  const plain = useCases()
  api = await startApi({
    useCases: {
      reserveStock: seen(plain.reserveStock),
      releaseReservation: seen(plain.releaseReservation),
      placeOrder: seen(plain.placeOrder),
      payOrder: seen(plain.payOrder),
      confirmOrder: seen(plain.confirmOrder),
      cancelOrder: seen(plain.cancelOrder),
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
      receiveStripeEvent: seen(plain.receiveStripeEvent),
      searchProducts: asked(plain.searchProducts),
      ordersWhere: asked(plain.ordersWhere),
      orderByNumber: asked(plain.orderByNumber),
      timelineOfOrder: asked(plain.timelineOfOrder),
    },
    shell: { waitForPosition: async (_readModel, position) => (position > 42n ? 40n : position) },
  })
  staff = await staffToken()
})
afterAll(() => api.close())

const reservation = {
  reservationId,
  currency: 'EUR',
  expiresAt: noon + 900_000,
  lines: [
    {
      line: 0,
      sku: 'MUG-1',
      quantity: 2,
      location: 'MAIN',
      unitPrice: 1_250,
      priceRevision: 0,
      expiresAt: noon + 900_000,
    },
  ],
}
const reservationToken = reservationTokens.sign(reservation)
const person = {
  customer: { email: 'ada@example.com', name: 'Ada' },
  shippingAddress: { name: 'Ada', line1: '1 Mill Lane', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' },
}

describe('the shopper', () => {
  test('reserves: lines, the price they were held at, and a token that carries them', async () => {
    const reply = await api.call('POST', '/v1/reservations', { body: { lines: [{ sku: 'mug-1 ', quantity: 2 }] } })
    expect([reply.status, reply.body]).toEqual([
      201,
      {
        reservationId,
        reservationToken,
        lines: [{ sku: 'MUG-1', quantity: 2, location: 'MAIN', unitPrice: 1_250 }],
        total: 2_500,
        currency: 'EUR',
        expiresAt: '2026-03-01T12:15:00.000Z',
        position: '42',
      },
    ])
    expect(given.pop()).toEqual({ lines: [{ sku: 'MUG-1', quantity: 2 }], ttlSeconds: 900 })
    expect(origins.pop()).toMatchObject({ actor: 'storefront:shop' })
  })

  test('looks at a reservation, and releases it', async () => {
    const read = await api.call('GET', `/v1/reservations/${reservationId}`)
    expect(read.body).toMatchObject({ reservationId, holds: [{ line: 0, status: 'held' }] })
    const released = await api.call('POST', `/v1/reservations/${reservationId}/release`, { body: { reservationToken } })
    expect([released.status, released.body, given.pop()]).toEqual([200, { reservationId, position: '42' }, reservation])
  })

  test('places an order, and has its token', async () => {
    const body = { reservationToken, ...person, paymentMethod: 'pm_declined', confirm: 'manual' }
    const reply = await api.call('POST', '/v1/orders', { body })
    expect([reply.status, reply.body]).toEqual([
      201,
      {
        orderId,
        orderNumber: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/),
        orderToken: orderTokens.sign(orderId),
        status: 'placed',
        total: 2_500,
        currency: 'EUR',
        expiresAt: '2026-03-01T12:15:00.000Z',
        payment: { status: 'declined', declineCode: 'card_declined' },
        position: '42',
      },
    ])
    expect(given.pop()).toEqual({ reservation, ...person, paymentMethod: 'pm_declined', confirm: 'manual' })
  })

  test('pays, confirms, cancels and reads it', async () => {
    const headers = { 'order-token': orderTokens.sign(orderId) }
    const path = `/v1/orders/${orderId}`
    const paid = await api.call('POST', `${path}/pay`, { headers, body: { paymentMethod: 'pm_card' } })
    expect([paid.body, given.pop()]).toEqual([
      { status: 'confirmed', position: '42' },
      { orderId, paymentMethod: 'pm_card' },
    ])
    const confirmed = await api.call('POST', `${path}/confirm`, { headers })
    expect([confirmed.body, given.pop()]).toEqual([{ status: 'confirmed', position: '42' }, { orderId }])
    const cancelled = await api.call('POST', `${path}/cancel`, { headers, body: { reason: 'changed my mind' } })
    expect([cancelled.status, given.pop()]).toEqual([200, { orderId, reason: 'changed my mind' }])
    const read = await api.call('GET', path, { headers })
    expect(read.body).toMatchObject({
      orderId,
      status: 'confirmed',
      lines: [{ sku: 'MUG-1', quantity: 2, total: 2_500 }],
      total: 2_500,
      placedAt: '2026-03-01T12:00:00.000Z',
      shipments: [{ trackingNumber: 'T1', lines: [{ line: 0, sku: 'MUG-1', quantity: 2 }] }],
    })
  })

  test('tracks an order by number and email', async () => {
    const query = 'orderNumber=0123-4567-89ab&email=ada@example.com'
    const reply = await api.call('GET', `/v1/orders/track?${query}`)
    expect([reply.status, given.pop()]).toEqual([200, { orderNumber: '0123-4567-89AB', email: 'ada@example.com' }])
    const other = await api.call('GET', `/v1/orders/track?${query.replace('ada', 'eve')}`)
    expect([other.status, other.body]).toMatchObject([404, { code: 'order_not_found' }])
  })

  test('finds products', async () => {
    const query =
      'query=mug&category=Kitchen&brand=Clay+%26+Co&minPrice=100&maxPrice=2000&inStock=true&sort=newest&limit=5'
    const reply = await api.call('GET', `/v1/products?${query}`)
    expect(reply.body).toMatchObject({ items: [{ sku: 'MUG-1', price: 1_250, available: 7 }], total: 1 })
    expect(given.pop()).toMatchObject({
      query: 'mug',
      brand: 'Clay & Co',
      minPrice: 100,
      maxPrice: 2_000,
      inStock: true,
      sort: 'newest',
      limit: 5,
    })
    const cards = await api.call('GET', '/v1/product-cards?ids=nope,mug-1,mug-1')
    expect(cards.body).toMatchObject({ items: [{ sku: 'MUG-1' }], unknown: ['NOPE'] })
    const prices = await api.call('GET', '/v1/products/mug-1/price-history')
    expect(prices.body).toEqual({ items: [{ price: 1_250, currency: 'EUR', at: '2026-03-01T12:00:00.000Z' }] })
  })
})

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

  test('a refund takes either lines or an amount', async () => {
    const lines = [{ sku: 'MUG-1', quantity: 1 }]
    for (const body of [{ reason: 'x' }, { lines, amount: 5, reason: 'x' }]) {
      const reply = await asStaff('POST', `/v1/orders/${orderId}/refund`, body)
      expect([reply.status, reply.body]).toMatchObject([422, { code: 'validation_failed' }])
    }
  })

  test('lists orders, and reads a timeline', async () => {
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

test('a webhook comes through byte by byte, without a credential', async () => {
  const raw = '{ "id" : "evt_1" }\n'
  const reply = await api.call('POST', '/webhooks/stripe', {
    credential: '',
    raw,
    headers: { 'stripe-signature': 't=1,v1=2' },
  })
  expect([reply.status, reply.body]).toEqual([200, { received: true }])
  expect(given.pop()).toEqual({ body: Buffer.from(raw), signature: 't=1,v1=2' })
})

describe('reading one’s own writes', () => {
  test('a read model that got there says nothing of it', async () => {
    const reply = await api.call('GET', '/v1/products/MUG-1?minPosition=42')
    expect(reply.body).not.toHaveProperty('stale')
  })

  test('one that did not is stale, and tells how far behind', async () => {
    const reply = await api.call('GET', '/v1/products/MUG-1?minPosition=45')
    expect([reply.status, reply.body]).toMatchObject([200, { sku: 'MUG-1', stale: true, behind: 5 }])
  })

  test('what is not found may only not be there yet', async () => {
    const reply = await api.call('GET', '/v1/products/NOPE?minPosition=45')
    expect([reply.status, reply.body]).toMatchObject([404, { code: 'product_not_found', stale: true, behind: 5 }])
  })
})

test('an order of 1,000 lines with the longest names and numbers fits: reserve, then place', async () => {
  const names = (index: number) => `${index}`.padEnd(64, 'X')
  const lines = Array.from({ length: 1_000 }, (_, index) => ({
    sku: names(index),
    quantity: 100_000,
    location: names(index % 20),
  }))
  const reserved = await api.call('POST', '/v1/reservations', { body: { lines } })
  const { reservationToken: token } = reserved.body as { readonly reservationToken: string }
  const placed = await api.call('POST', '/v1/orders', { body: { reservationToken: token, ...person } })
  expect([reserved.status, placed.status]).toEqual([201, 201])
  expect(given.pop()).toMatchObject({ reservation: { lines: { length: 1_000, 999: lines[999] ?? {} } } })
})
