// Orders paid by invoice: goods are shipped only after staff have recorded the transfer, and staff transfer refunds themselves.
import { expect, test } from 'vitest'
import { fieldOf } from '../shop/field.ts'
import { eventually } from '../shop/retry.ts'
import { buy, type Placed, positionOf, stockProduct } from '../shop/shop.ts'
import { useStack } from './testing/stack.ts'
import { findingsOf } from './testing/verified.ts'

const running = useStack({ settings: { INVOICE_PAYMENTS: 'on', INVOICE_DUE_DAYS: '30' } })

const daysMilliseconds = 30 * 86_400_000

const invoiced = async (sku: string, price: number): Promise<Placed> => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku, price, quantity: 1 })
  return buy(shopper, [{ sku, quantity: 1 }], { paymentMethod: 'invoice' })
}
const record = (path: string, body: object, key?: string) =>
  running().staff.post(`/v1/orders/${path}`, body, key === undefined ? {} : { key })
const read = async ({ orderId }: Placed, position = '0'): Promise<unknown> =>
  (await running().staff.get(`/v1/orders/${orderId}?minPosition=${position}`)).body

test('given an order paid by invoice, when staff record its transfer, then the order is confirmed and can be shipped', async () => {
  const order = await invoiced('INVOICED', 2_001)
  expect(order).toMatchObject({ status: 'authorized', payment: { status: 'authorized' } })
  const payment = fieldOf(await read(order, order.position), 'payment')
  expect(payment).toMatchObject({ status: 'authorized', captured: 0 })
  const payBy = Date.parse(String(fieldOf(payment, 'payBy')))
  expect(Math.abs(payBy - Date.now() - daysMilliseconds)).toBeLessThan(600_000)

  const early = await record(`${order.orderId}/ship`, {})
  expect(early).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
  const short = await record(`${order.orderId}/transfer`, { amount: 2_000, reference: 'RF18' })
  expect(short).toMatchObject({ status: 422, body: { code: 'transfer_differs' } })
  const toCome = { amount: 2_001, reference: 'RF18', receivedOn: '2999-01-01' }
  expect(await record(`${order.orderId}/transfer`, toCome)).toMatchObject({
    status: 422,
    body: { code: 'validation_failed' },
  })

  const transfer = { amount: 2_001, reference: 'RF18 5390', receivedOn: '2026-01-31' }
  const paid = await record(`${order.orderId}/transfer`, transfer, 'transfer-of-2001-once')
  expect(paid).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  expect(await record(`${order.orderId}/transfer`, transfer, 'transfer-of-2001-once')).toMatchObject({
    status: 200,
    body: paid.body,
  })
  const second = await record(`${order.orderId}/transfer`, transfer)
  expect(second).toMatchObject({ status: 409, body: { code: 'already_paid' } })
  expect(await record(`${order.orderId}/ship`, {})).toMatchObject({ status: 200, body: { status: 'shipped' } })
  expect(await findingsOf(running())).toEqual([])
})

test('given a paid invoice, when its order is cancelled, then staff are asked to transfer the money back', async () => {
  const { staff } = running()
  const order = await invoiced('GIVEN-BACK', 2_002)
  await record(`${order.orderId}/transfer`, { amount: 2_002, reference: 'RF19' })
  const cancelled = await record(`${order.orderId}/cancel`, { reason: 'changed their mind' })
  expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } })

  const timeline = await staff.get(`/v1/orders/${order.orderId}/timeline?minPosition=${positionOf(cancelled)}`)
  const items = fieldOf(timeline.body, 'items')
  const requested = Array.isArray(items)
    ? items.find((item: unknown) => fieldOf(item, 'type') === 'RefundRequested')
    : undefined
  const refundId = String(fieldOf(fieldOf(requested, 'data'), 'refundId'))
  const stuck = await eventually(
    async () => (await staff.get('/v1/orders/attention')).body,
    (body) => JSON.stringify(body).includes(refundId),
  )
  expect(stuck).toMatchObject({ items: [{ orderId: order.orderId, reasons: [{ reason: 'refund_by_hand' }] }] })

  const path = `${order.orderId}/refunds/${refundId}/transfer`
  const back = await record(path, { amount: 2_002, reference: 'RF20', sentOn: '2026-02-01' })
  expect(back.status).toBe(200)
  expect(await read(order, positionOf(back))).toMatchObject({
    needsAttention: false,
    payment: { status: 'refunded', captured: 2_002, refunded: 2_002 },
  })
  expect(await findingsOf(running())).toEqual([])
})

test('given an order paid by card, when a transfer is recorded, then it is refused', async () => {
  const { shopper, staff } = running()
  await stockProduct(staff, { sku: 'BY-CARD', price: 2_003, quantity: 1 })
  const order = await buy(shopper, [{ sku: 'BY-CARD', quantity: 1 }], { paymentMethod: 'pm_card_visa' })
  expect(await record(`${order.orderId}/transfer`, { amount: 2_003, reference: 'RF21' })).toMatchObject({
    status: 404,
    body: { code: 'transfer_not_expected' },
  })
})
