// Reservations that are refused, expire, are released or are requested twice; and staff changes of the stock levels.
import { expect, test } from 'vitest'
import { fieldOf } from '../shop/field.ts'
import { eventually } from '../shop/retry.ts'
import { ada, place, positionOf, reserve, stockProduct } from '../shop/shop.ts'
import { useStack } from './testing/stack.ts'

const running = useStack({ settings: { LOCATIONS: 'MAIN,ANNEX' } })

test('given too little stock, when several lines are reserved, then 409 names what is available and nothing stays held', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'PLENTY', price: 100, quantity: 5 })
  await stockProduct(staff, { sku: 'SCARCE', price: 200, quantity: 1 })
  await stockProduct(staff, { sku: 'GONE', price: 300, quantity: 0 })

  const refused = await shopper.post('/v1/reservations', {
    lines: [
      { sku: 'PLENTY', quantity: 5 },
      { sku: 'SCARCE', quantity: 2 },
      { sku: 'GONE', quantity: 1 },
    ],
  })

  expect(refused).toMatchObject({ status: 409, body: { code: 'out_of_stock', status: 409 } })
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(fieldOf(refused.body, 'lines')).toEqual([
    { line: 1, sku: 'SCARCE', location: 'MAIN', quantity: 2, available: 1 },
    { line: 2, sku: 'GONE', location: 'MAIN', quantity: 1, available: 0 },
  ])
  await reserve(shopper, [{ sku: 'PLENTY', quantity: 5 }])
})

test('given stock at two locations, when lines are reserved, then each line comes from the first location that has all of it', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'TWICE', price: 100, quantity: 2 })
  await staff.post('/v1/stock/TWICE/receive', { quantity: 3, location: 'annex' })
  const reserved = await shopper.post('/v1/reservations', { lines: [{ sku: 'TWICE', quantity: 3 }] })
  expect(reserved).toMatchObject({ status: 201, body: { lines: [{ sku: 'TWICE', quantity: 3, location: 'ANNEX' }] } })
  const elsewhere = await shopper.post('/v1/reservations', {
    lines: [{ sku: 'TWICE', quantity: 1, location: 'ANNEX' }],
  })
  expect(elsewhere).toMatchObject({ status: 409, body: { code: 'out_of_stock' } })
  const unknown = await shopper.post('/v1/reservations', { lines: [{ sku: 'TWICE', quantity: 1, location: 'MOON' }] })
  expect(unknown).toMatchObject({ status: 422, body: { code: 'unknown_location' } })
})

test('given an expired hold, when it is ordered, then it is refused with 409 expired, and its units are available again', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'BRIEF', price: 100, quantity: 1 })
  const brief = await reserve(shopper, [{ sku: 'BRIEF', quantity: 1 }], { ttlSeconds: 1 })
  const ended = await eventually(
    () => shopper.get(`/v1/reservations/${brief.reservationId}?minPosition=${brief.position}`),
    ({ body }) => JSON.stringify(body).includes('"expired"'),
  )
  expect(ended).toMatchObject({ status: 200, body: { holds: [{ sku: 'BRIEF', status: 'expired' }] } })

  const late = await shopper.post('/v1/orders', { reservationToken: brief.reservationToken, ...ada })

  expect(late).toMatchObject({ status: 409, body: { code: 'expired' } })
  await reserve(shopper, [{ sku: 'BRIEF', quantity: 1 }])
})

test('given a released reservation, when it is ordered and paid, then the order is cancelled and its payment is voided', async () => {
  const { shopper, staff, payments } = running()
  await stockProduct(staff, { sku: 'LET-GO', price: 4_200, quantity: 1 })
  const held = await reserve(shopper, [{ sku: 'LET-GO', quantity: 1 }])
  const path = `/v1/reservations/${held.reservationId}/release`
  const released = await shopper.post(path, { reservationToken: held.reservationToken })
  expect(released).toMatchObject({ status: 200, body: { reservationId: held.reservationId } })
  expect(await shopper.post(path, { reservationToken: held.reservationToken })).toMatchObject({ status: 200 })

  const { orderId, orderToken } = await place(shopper, held)
  const paid = await shopper.post(`/v1/orders/${orderId}/pay`, { paymentMethod: 'pm_card_visa' }, { orderToken })

  expect(paid).toMatchObject({ status: 409, body: { code: 'stock_lost' } })
  const order = await eventually(
    () => shopper.get(`/v1/orders/${orderId}`, { orderToken }),
    ({ body }) => JSON.stringify(body).includes('"voided"'),
  )
  expect(order).toMatchObject({
    status: 200,
    body: { status: 'cancelled', cancelReason: 'stock_lost', payment: { status: 'voided', captured: 0 } },
  })
  const charges = (await payments.charges()).filter(({ amount }) => amount === 4_200)
  expect(charges).toMatchObject([{ captured: 0, released: 4_200, refunded: 0 }])
})

test('given an order, when its reservation is released, then that is refused with 409 already_placed and the hold stays', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'ORDERED', price: 100, quantity: 1 })
  const held = await reserve(shopper, [{ sku: 'ORDERED', quantity: 1 }])
  await place(shopper, held)
  const released = await shopper.post(`/v1/reservations/${held.reservationId}/release`, {
    reservationToken: held.reservationToken,
  })
  expect(released).toMatchObject({ status: 409, body: { code: 'already_placed' } })
  expect(await shopper.post('/v1/reservations', { lines: [{ sku: 'ORDERED', quantity: 1 }] })).toMatchObject({
    status: 409,
    body: { code: 'out_of_stock' },
  })
})

test('given a price that was changed, when the old one is expected, then 409 price_changed names the new one', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'REPRICED', price: 1_000, quantity: 5 })
  const old = await reserve(shopper, [{ sku: 'REPRICED', quantity: 1 }])
  expect(await staff.put('/v1/products/REPRICED/price', { price: 1_500, currency: 'EUR' })).toMatchObject({
    status: 200,
  })
  const lines = [{ sku: 'REPRICED', quantity: 1, expectedUnitPrice: 1_000 }]
  const refused = await shopper.post('/v1/reservations', { lines })
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'price_changed', sku: 'REPRICED', unitPrice: 1_500, currency: 'EUR' },
  })
  expect(await place(shopper, old)).toMatchObject({ total: 1_000 })
  expect(await reserve(shopper, [{ sku: 'REPRICED', quantity: 1 }])).toMatchObject({ total: 1_500 })
})

test('given one request, when it is sent twice at once, then both get the same answer and it is done once', async () => {
  const { shopper, staff, payments, log } = running()
  await stockProduct(staff, { sku: 'DOUBLE', price: 7_700, quantity: 10 })
  const twice = async <Answer>(send: () => Promise<Answer>): Promise<readonly [Answer, Answer]> =>
    Promise.all([send(), send()])
  const lines = [{ sku: 'DOUBLE', quantity: 3 }]

  const [held, heldAgain] = await twice(() => reserve(shopper, lines, { key: 'double-click-reserve' }))
  expect(heldAgain).toEqual(held)
  const [placed, placedAgain] = await twice(() => place(shopper, held, { key: 'double-click-place-1' }))
  expect(placedAgain).toEqual(placed)
  const { orderId, orderToken } = placed
  const options = { orderToken, key: 'double-click-pay-001' }
  const [paid, paidAgain] = await twice(() =>
    shopper.post(`/v1/orders/${orderId}/pay`, { paymentMethod: 'pm_card_visa' }, options),
  )
  expect(paid).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  expect(paidAgain).toMatchObject({ status: 200, body: { status: 'confirmed' } })

  const types = (await log.events())
    .filter(({ stream }) => stream === 'stock-DOUBLE@MAIN' || stream === `order-${orderId}`)
    .map(({ type }) => type)
  for (const once of ['StockReserved', 'OrderPlaced', 'PaymentRequested', 'PaymentCaptured'])
    expect(types.filter((type) => type === once)).toEqual([once])
  expect((await payments.charges()).filter(({ amount }) => amount === 23_100)).toMatchObject([{ captured: 23_100 }])
})

test('given stock, when staff adjust it, count it and set a safety stock, then the levels and the availability follow', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'COUNTED', price: 100, quantity: 10 })
  const adjusted = await staff.post('/v1/stock/COUNTED/adjust', { quantity: -2, reason: 'broken in the aisle' })
  expect(adjusted).toMatchObject({ status: 200, body: { onHand: 8, held: 0, committed: 0 } })
  expect(await staff.post('/v1/stock/COUNTED/adjust', { quantity: -9, reason: 'typo' })).toMatchObject({
    status: 409,
    body: { code: 'exceeds_stock' },
  })
  const safety = await staff.put('/v1/stock/COUNTED/safety', { quantity: 3 })
  expect(safety).toMatchObject({ status: 200, body: { onHand: 8 } })
  expect(await shopper.post('/v1/reservations', { lines: [{ sku: 'COUNTED', quantity: 6 }] })).toMatchObject({
    status: 409,
    body: { code: 'out_of_stock' },
  })
  const held = await reserve(shopper, [{ sku: 'COUNTED', quantity: 5 }])

  const counted = await staff.post('/v1/stock/COUNTED/count', { quantity: 4, reason: 'yearly count' })

  expect(counted).toMatchObject({ status: 200, body: { onHand: 4, held: 0, committed: 0 } })
  const [stock, lost] = await Promise.all([
    staff.get(`/v1/stock/COUNTED?minPosition=${positionOf(counted)}`),
    shopper.get(`/v1/reservations/${held.reservationId}?minPosition=${positionOf(counted)}`),
  ])
  const main = { location: 'MAIN', onHand: 4, held: 0, committed: 0, safety: 3, available: 1, shortfall: 0 }
  expect(stock.body).toMatchObject({ sku: 'COUNTED', available: 1, locations: expect.arrayContaining([main]) })
  expect(lost).toMatchObject({ body: { holds: [{ status: 'voided' }] } })
})
