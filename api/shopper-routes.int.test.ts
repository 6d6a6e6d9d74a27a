import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recording } from './testing/recording.ts'
import { orderTokens, type RunningApi, reservationTokens, startApi } from './testing/running-api.ts'
import { noon, orderId, reservationId, useCases } from './testing/use-cases.ts'

// Each route of shoppers once, in its normal use: what the use case is called with, and what the caller gets. `startApi` checks
// that every answer matches its documented schema.

let api: RunningApi
const { given, origins, seen, asked } = recording()

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
      receiveStripeEvent: seen(plain.receiveStripeEvent),
      searchProducts: asked(plain.searchProducts),
      orderByNumber: asked(plain.orderByNumber),
    },
    shell: {
      waitForPosition: async (_readModel, position) =>
        position > 42n ? { stale: true, reached: 40n, behind: position - 40n } : { stale: false },
    },
  })
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
  test('reserves, and gets the lines with their prices and a token with the same content', async () => {
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

  test('reads a reservation and releases it', async () => {
    const read = await api.call('GET', `/v1/reservations/${reservationId}`)
    expect(read.body).toMatchObject({ reservationId, holds: [{ line: 0, status: 'held' }] })
    const released = await api.call('POST', `/v1/reservations/${reservationId}/release`, { body: { reservationToken } })
    expect([released.status, released.body, given.pop()]).toEqual([200, { reservationId, position: '42' }, reservation])
  })

  test('places an order and gets its token', async () => {
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

  test('pays, confirms, cancels and reads the order', async () => {
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

test('the bytes of a webhook reach the use case unchanged, without a credential', async () => {
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
  test('an answer has no `stale` if the read model has reached the position', async () => {
    const reply = await api.call('GET', '/v1/products/MUG-1?minPosition=42')
    expect(reply.body).not.toHaveProperty('stale')
  })

  test('otherwise it is stale and says how far behind the read model is', async () => {
    const reply = await api.call('GET', '/v1/products/MUG-1?minPosition=45')
    expect([reply.status, reply.body]).toMatchObject([200, { sku: 'MUG-1', stale: true, behind: 5 }])
  })

  test('a 404 is marked as stale too, because the read model may not have the product yet', async () => {
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
