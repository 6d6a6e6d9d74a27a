// The main job over HTTP against the whole platform: list, receive, browse, reserve, place, pay; then what every query answers
// about it. Each query names the position of the command before it (minPosition), so no test has to poll.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { eventually } from '../shop/retry.ts'
import { ada, placedSchema, positionOf, reservedSchema, stockProduct } from '../shop/shop.ts'
import { useStack } from './testing/stack.ts'

const running = useStack()
const timelineSchema = z.object({ items: z.array(z.looseObject({ type: z.string() })) })

/** The number of requests that a route answered, by status, from the metrics. */
const countsByStatus = (metrics: string, route: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Array.from(metrics.matchAll(/^http_request_duration_seconds_count\{(.+)\} (\d+)$/gm), ([, labels = '', count]) => ({
      labels,
      count: Number(count),
    }))
      .filter(({ labels }) => labels.includes(`route="${route}"`))
      .map(({ labels, count }) => [/status="(\d+)"/.exec(labels)?.[1] ?? '', count]),
  )

test('given a listed product, when it is reserved, placed and paid, then every query shows the sale', async () => {
  const { shopper, staff, payments, log } = running()

  const listed = await staff.post('/v1/products', {
    sku: 'kettle-1',
    name: 'Gooseneck kettle',
    description: 'Pours slowly.',
    brand: 'Brewster',
    category: 'Kitchen',
    price: 8_900,
    currency: 'EUR',
    attributes: { volume: '0.9 l' },
  })
  expect(listed).toMatchObject({ status: 201, body: { sku: 'KETTLE-1', position: expect.any(String) } })
  expect(listed.headers.get('location')).toBe('/v1/products/KETTLE-1')
  const received = await staff.post('/v1/stock/KETTLE-1/receive', { quantity: 10 })
  expect(received).toMatchObject({
    status: 200,
    body: { sku: 'KETTLE-1', location: 'MAIN', onHand: 10, held: 0, committed: 0 },
  })

  const found = await shopper.get(`/v1/products?query=gooseneck&inStock=true&minPosition=${positionOf(received)}`)
  expect(found.status).toBe(200)
  const card = {
    sku: 'KETTLE-1',
    name: 'Gooseneck kettle',
    brand: 'Brewster',
    category: 'Kitchen',
    price: 8_900,
    currency: 'EUR',
    available: 10,
    imageUrl: null,
    discontinued: false,
  }
  expect(found.body).toEqual({
    items: [card],
    facets: {
      category: [{ value: 'Kitchen', count: 1 }],
      brand: [{ value: 'Brewster', count: 1 }],
      price: { min: 8_900, max: 8_900 },
    },
    total: 1,
    matched: 'all',
  })

  const reserved = await shopper.post('/v1/reservations', { lines: [{ sku: 'KETTLE-1', quantity: 2 }] })
  expect(reserved).toMatchObject({
    status: 201,
    body: {
      lines: [{ sku: 'KETTLE-1', quantity: 2, location: 'MAIN', unitPrice: 8_900 }],
      total: 17_800,
      currency: 'EUR',
    },
  })
  const { reservationId, reservationToken, expiresAt } = reservedSchema.parse(reserved.body)
  const holds = await shopper.get(`/v1/reservations/${reservationId}?minPosition=${positionOf(reserved)}`)
  const hold = { line: 0, sku: 'KETTLE-1', location: 'MAIN', quantity: 2 }
  expect(holds.body).toEqual({ reservationId, holds: [{ ...hold, status: 'held', expiresAt }] })

  const placed = await shopper.post('/v1/orders', { reservationToken, ...ada })
  expect(placed).toMatchObject({
    status: 201,
    body: { status: 'placed', total: 17_800, currency: 'EUR', expiresAt },
  })
  const { orderId, orderNumber, orderToken } = placedSchema.parse(placed.body)
  expect(orderNumber).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/)

  const paid = await shopper.post(`/v1/orders/${orderId}/pay`, { paymentMethod: 'pm_card_visa' }, { orderToken })
  expect(paid).toMatchObject({ status: 200, body: { status: 'confirmed', position: expect.any(String) } })

  const position = positionOf(paid)
  const order = await shopper.get(`/v1/orders/${orderId}?minPosition=${position}`, { orderToken })
  expect(order.status).toBe(200)
  expect(order.body).toEqual({
    orderId,
    orderNumber,
    status: 'confirmed',
    needsAttention: false,
    lines: [{ line: 0, sku: 'KETTLE-1', quantity: 2, location: 'MAIN', unitPrice: 8_900, total: 17_800 }],
    total: 17_800,
    currency: 'EUR',
    confirm: 'automatic',
    placedAt: expect.any(String),
    customer: { customerId: expect.any(String), email: 'ada@example.com', name: 'Ada Byron' },
    shippingAddress: ada.shippingAddress,
    payment: { status: 'captured', captured: 17_800, refunded: 0 },
    shipments: [],
    returns: [],
  })
  const tracked = await shopper.get(`/v1/orders/track?orderNumber=${orderNumber}&email=ADA@example.com`)
  expect(tracked).toMatchObject({ status: 200, body: { orderId, status: 'confirmed' } })

  const listedOrders = await staff.get(`/v1/orders?status=confirmed&minPosition=${position}`)
  expect(listedOrders).toMatchObject({ status: 200, body: { items: [{ orderId, status: 'confirmed' }] } })

  const timeline = await staff.get(`/v1/orders/${orderId}/timeline?minPosition=${position}`)
  expect(timeline.status).toBe(200)
  const { items } = timelineSchema.parse(timeline.body)
  expect(items.map(({ type }) => type)).toEqual([
    'StockReserved',
    'OrderPlaced',
    'PaymentRequested',
    'PaymentIntentCreated',
    'PaymentAuthorized',
    'ReservationCommitted',
    'OrderStockCommitted',
    'PaymentCaptured',
    'OrderConfirmed',
  ])
  expect(items[1]).toMatchObject({ actor: 'storefront:default', text: expect.stringMatching(/\w/) })

  const stock = await staff.get(`/v1/stock/KETTLE-1?minPosition=${position}`)
  const level = { location: 'MAIN', onHand: 10, held: 0, committed: 2, safety: 0, available: 8, shortfall: 0 }
  expect(stock.body).toEqual({ sku: 'KETTLE-1', available: 8, locations: [level] })
  const product = await shopper.get(`/v1/products/KETTLE-1?minPosition=${position}`)
  expect(product).toMatchObject({ status: 200, body: { available: 8, attributes: { volume: '0.9 l' } } })

  expect(await payments.charges()).toMatchObject([
    { amount: 17_800, captured: 17_800, refunded: 0, released: 0, currency: 'eur', status: 'succeeded' },
  ])
  const money = (await log.events()).filter(({ stream }) => stream === `order-${orderId}`).map(({ type }) => type)
  expect(money.filter((type) => type === 'PaymentCaptured')).toEqual(['PaymentCaptured'])
})

test('given a sale, when the provider sends its webhooks, then each is accepted and nothing happens twice', async () => {
  const { shopper, payments, log } = running()
  const sent = await payments.eventCount()
  expect(sent).toBeGreaterThan(0)
  const taken = await eventually(
    async () => countsByStatus(String((await shopper.get('/metrics')).body), '/webhooks/stripe'),
    (counts) => (counts['200'] ?? 0) >= sent,
  )
  expect(Object.keys(taken)).toEqual(['200'])
  const types = (await log.events()).map(({ type }) => type)
  expect(types.filter((type) => type === 'PaymentCaptured')).toHaveLength(1)
  expect(types.filter((type) => type === 'ProviderEventReceived')).toEqual([])
})

test('given many commands, when each is queried at once with its position, then each query shows it', async () => {
  const { shopper, staff } = running()
  for (let round = 1; round <= 10; round += 1) {
    const position = await stockProduct(staff, { sku: `ROUND-${round}`, price: 100 * round, quantity: round })
    const [product, cards, stock] = await Promise.all([
      shopper.get(`/v1/products/ROUND-${round}?minPosition=${position}`),
      shopper.get(`/v1/product-cards?ids=ROUND-${round}&minPosition=${position}`),
      staff.get(`/v1/stock/ROUND-${round}?minPosition=${position}`),
    ])
    expect(product).toMatchObject({ status: 200, body: { price: 100 * round, available: round } })
    expect(cards).toMatchObject({ status: 200, body: { items: [{ sku: `ROUND-${round}`, available: round }] } })
    expect(stock).toMatchObject({ status: 200, body: { available: round } })
    for (const { body } of [product, cards, stock]) expect(body).not.toHaveProperty('stale')
  }
})

test('given a price that was changed, when the price history is queried, then it has both prices', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'PRICED', price: 1_000, quantity: 1 })
  const changed = await staff.put('/v1/products/PRICED/price', { price: 1_200, currency: 'EUR' })
  const history = await shopper.get(`/v1/products/PRICED/price-history?minPosition=${positionOf(changed)}`)
  expect(history).toMatchObject({ status: 200, body: { items: [{ price: 1_200 }, { price: 1_000 }] } })
})

test('given a running platform, then it reports live and ready, and serves its metrics, OpenAPI document and reference', async () => {
  const { shopper } = running()
  expect(await shopper.get('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } })
  expect(await shopper.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } })
  const metrics = await shopper.get('/metrics')
  expect(metrics.status).toBe(200)
  expect(countsByStatus(String(metrics.body), '/v1/reservations')).toEqual({ '201': 1 })
  const document = await shopper.get('/openapi.json')
  expect(document).toMatchObject({
    status: 200,
    body: { openapi: expect.stringMatching(/^3\.1/), paths: { '/v1/orders/{orderId}/pay': { post: {} } } },
  })
  const reference = await shopper.get('/docs')
  expect(reference.status).toBe(200)
  expect(reference.headers.get('content-type')).toMatch(/^text\/html/)
  expect(reference.body).toContain('/v1/reservations')
})

test('given requests with a correlation id, when they change a product and reserve it, then the events carry it', async () => {
  const { stack, log } = running()
  const send = (path: string, credential: string, body: object) =>
    fetch(`${stack.addresses.apiUrls[0]}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credential}`,
        'content-type': 'application/json',
        'x-correlation-id': 'season-2030',
      },
      body: JSON.stringify(body),
    })
  const { staffToken, storefrontKey } = stack.credentials
  await send('/v1/products', staffToken, { sku: 'NAMED', name: 'Named', price: 100, currency: 'EUR' })
  await send('/v1/stock/NAMED/receive', staffToken, { quantity: 1 })
  const reserved = await send('/v1/reservations', storefrontKey, { lines: [{ sku: 'NAMED', quantity: 1 }] })
  const { reservationId } = reservedSchema.parse(await reserved.json())
  const correlations = (await log.events())
    .filter(({ stream }) => stream === 'product-NAMED' || stream === 'stock-NAMED@MAIN')
    .map(({ type, metadata }) => [type, metadata.$correlationId])
  expect(correlations).toEqual([
    ['ProductListed', 'season-2030'],
    ['StockReceived', 'season-2030'],
    // Events of a reservation or an order carry its id instead, so that one id finds all of them.
    ['StockReserved', reservationId],
  ])
})
