// After the sale: full and partial shipments, returns and refunds, and what each of them does to stock and money.
import { expect, test } from 'vitest'
import { eventually } from '../shop/retry.ts'
import { buy, positionOf, stockProduct } from '../shop/shop.ts'
import { useStack } from './testing/stack.ts'

const running = useStack()

test('given a paid order, when it is shipped and returned in parts, then stock and money follow each step', async () => {
  const { shopper, staff, payments } = running()
  await stockProduct(staff, { sku: 'CUP', price: 500, quantity: 10 })
  await stockProduct(staff, { sku: 'POT', price: 3_000, quantity: 5 })
  const lines = [
    { sku: 'CUP', quantity: 4 },
    { sku: 'POT', quantity: 1 },
  ]
  const { orderId, orderToken } = await buy(shopper, lines, { paymentMethod: 'pm_card_visa' })
  const order = (step: string, body?: object) => staff.post(`/v1/orders/${orderId}/${step}`, body)

  expect(await order('deliver')).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
  const first = await order('ship', {
    lines: [{ sku: 'CUP', quantity: 3 }],
    carrier: 'Parcel Post',
    trackingNumber: 'PP-1',
  })
  expect(first).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  expect(await order('ship', { lines: [{ sku: 'CUP', quantity: 2 }] })).toMatchObject({
    status: 422,
    body: { code: 'exceeds_order' },
  })
  expect(await shopper.post(`/v1/orders/${orderId}/cancel`, { reason: 'late' }, { orderToken })).toMatchObject({
    status: 409,
    body: { code: 'already_shipped' },
  })
  expect(await order('ship', {})).toMatchObject({ status: 200, body: { status: 'shipped' } })
  expect(await order('deliver')).toMatchObject({ status: 200, body: { status: 'delivered' } })

  const broken = { lines: [{ sku: 'CUP', quantity: 1 }], restock: false, reason: 'broken' }
  expect(await order('return', broken)).toMatchObject({ status: 200, body: { status: 'delivered' } })
  const back = {
    lines: [
      { sku: 'CUP', quantity: 3 },
      { sku: 'POT', quantity: 1 },
    ],
    restock: true,
    reason: 'unwanted',
  }
  const returned = await order('return', back)
  expect(returned).toMatchObject({ status: 200, body: { status: 'returned' } })
  expect(await order('return', broken)).toMatchObject({ status: 409, body: { code: 'wrong_state' } })

  const part = await order('refund', { lines: [{ sku: 'CUP', quantity: 1 }], reason: 'broken' })
  expect(part).toMatchObject({ status: 200 })
  expect(await order('refund', { amount: 4_501, reason: 'too much' })).toMatchObject({
    status: 422,
    body: { code: 'exceeds_payment' },
  })
  expect(await order('refund', { amount: 1_000, reason: 'goodwill' })).toMatchObject({ status: 200 })
  const rest = await order('refund', { reason: 'the rest' })
  expect(rest).toMatchObject({ status: 200, body: { status: 'returned' } })

  const read = await eventually(
    () => shopper.get(`/v1/orders/${orderId}?minPosition=${positionOf(rest)}`, { orderToken }),
    ({ body }) => JSON.stringify(body).includes('"refunded":5000'),
  )
  expect(read).toMatchObject({
    status: 200,
    body: {
      status: 'returned',
      needsAttention: false,
      payment: { status: 'refunded', captured: 5_000, refunded: 5_000 },
      shipments: [
        { carrier: 'Parcel Post', trackingNumber: 'PP-1', lines: [{ line: 0, sku: 'CUP', quantity: 3 }] },
        {
          lines: [
            { line: 0, sku: 'CUP', quantity: 1 },
            { line: 1, sku: 'POT', quantity: 1 },
          ],
        },
      ],
      returns: [
        { restock: false, reason: 'broken', lines: [{ line: 0, sku: 'CUP', quantity: 1 }] },
        {
          restock: true,
          reason: 'unwanted',
          lines: [
            { line: 0, sku: 'CUP', quantity: 3 },
            { line: 1, sku: 'POT', quantity: 1 },
          ],
        },
      ],
    },
  })
  expect(await payments.charges()).toMatchObject([{ captured: 5_000, refunded: 5_000 }])
  const cups = await eventually(
    () => staff.get(`/v1/stock/CUP?minPosition=${positionOf(rest)}`),
    ({ body }) => JSON.stringify(body).includes('"onHand":9'),
  )
  expect(cups).toMatchObject({ body: { available: 9, locations: [{ onHand: 9, held: 0, committed: 0 }] } })
})

test('given a refund that the bank sends back, when it fails, then the order needs attention and the money counts as not refunded', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'RETURNED', price: 2_500, quantity: 1 })
  const paying = { paymentMethod: 'pm_card_refundFail' }
  const { orderId, orderToken } = await buy(shopper, [{ sku: 'RETURNED', quantity: 1 }], paying)
  expect(await staff.post(`/v1/orders/${orderId}/refund`, { reason: 'goodwill' })).toMatchObject({ status: 200 })
  const read = await eventually(
    () => shopper.get(`/v1/orders/${orderId}`, { orderToken }),
    ({ body }) => JSON.stringify(body).includes('"needsAttention":true'),
  )
  expect(read).toMatchObject({ body: { status: 'confirmed', payment: { captured: 2_500, refunded: 0 } } })
})
