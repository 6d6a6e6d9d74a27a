// Payments that do not succeed at once and orders that end without a sale, compared with the provider's ledger.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Charge } from '#platform/stripe/simulator-ledger.ts'
import { openProvider } from '../chaos/provider.ts'
import { fieldOf } from '../shop/field.ts'
import { eventually } from '../shop/retry.ts'
import { ada, buy, type Placed, place, positionOf, reserve, stockProduct } from '../shop/shop.ts'
import { type TestStack, useStack } from './testing/stack.ts'

const running = useStack()

type OrderAccess = Pick<Placed, 'orderId' | 'orderToken'>

/** Each test sells at its own price, so its charges are found by their amount. */
const chargesOf = async ({ payments }: TestStack, amount: number): Promise<readonly Charge[]> =>
  (await payments.charges()).filter((charge) => charge.amount === amount)

const pay = ({ shopper }: TestStack, order: OrderAccess, paymentMethod: string) =>
  shopper.post(`/v1/orders/${order.orderId}/pay`, { paymentMethod }, { orderToken: order.orderToken })

const statusOf = async ({ shopper }: TestStack, order: OrderAccess): Promise<unknown> => {
  const { body } = await shopper.get(`/v1/orders/${order.orderId}`, { orderToken: order.orderToken })
  return fieldOf(body, 'status')
}

const intentOf = (body: unknown): string => String(fieldOf(body, 'clientSecret')).split('_secret_', 1)[0] ?? ''

test('given a declined card, when others are tried, then the order is paid once, by the card that is accepted', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'DECLINED', price: 1_001, quantity: 1 })
  const held = await reserve(stack.shopper, [{ sku: 'DECLINED', quantity: 1 }])

  const order = await place(stack.shopper, held, { paymentMethod: 'pm_card_visa_chargeDeclined' })
  expect(order).toMatchObject({
    status: 'placed',
    payment: { status: 'declined', declineCode: 'generic_decline' },
  })
  const again = await pay(stack, order, 'pm_card_chargeDeclinedInsufficientFunds')
  expect(again).toMatchObject({ status: 200, body: { status: 'declined', declineCode: 'insufficient_funds' } })
  const paid = await pay(stack, order, 'pm_card_mastercard')

  expect(paid).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  const charges = await chargesOf(stack, 1_001)
  expect(charges.map(({ paymentMethod, captured }) => ({ paymentMethod, captured }))).toEqual([
    { paymentMethod: 'pm_card_mastercard', captured: 1_001 },
    { paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds', captured: 0 },
    { paymentMethod: 'pm_card_visa_chargeDeclined', captured: 0 },
  ])
  expect(await pay(stack, order, 'pm_card_visa')).toMatchObject({ status: 409, body: { code: 'already_paid' } })
  expect(await chargesOf(stack, 1_001)).toHaveLength(3)
})

test('given a payment method that is not switched on, then no order can be placed or paid with it', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'NO-INVOICE', price: 1_010, quantity: 1 })
  const refused = { status: 422, body: { code: 'payment_method_unavailable' } }
  const { reservationToken } = await reserve(stack.shopper, [{ sku: 'NO-INVOICE', quantity: 1 }])
  const body = { reservationToken, ...ada }
  expect(await stack.shopper.post('/v1/orders', { ...body, paymentMethod: 'invoice' })).toMatchObject(refused)
  const order = await place(stack.shopper, { reservationToken })
  expect(await pay(stack, order, 'invoice')).toMatchObject(refused)
  expect(await pay(stack, order, 'pm_card_visa')).toMatchObject({ status: 200, body: { status: 'confirmed' } })
})

test('given a payment that requires authentication, when the customer authenticates, then the webhook confirms the order', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'ASKED', price: 1_002, quantity: 1 })
  const order = await buy(stack.shopper, [{ sku: 'ASKED', quantity: 1 }])
  const asked = await pay(stack, order, 'pm_card_authenticationRequired')
  expect(asked).toMatchObject({
    status: 200,
    body: { status: 'requires_action', clientSecret: expect.stringMatching(/^pi_.+_secret_/) },
  })
  expect(await stack.shopper.get(`/v1/orders/${order.orderId}?minPosition=${positionOf(asked)}`, order)).toMatchObject({
    body: { status: 'requires_action', payment: { status: 'requires_action', captured: 0 } },
  })

  await stack.payments.authenticate(intentOf(asked.body), 'succeeded')

  expect(
    await eventually(
      () => statusOf(stack, order),
      (status) => status === 'confirmed',
    ),
  ).toBe('confirmed')
  expect(await chargesOf(stack, 1_002)).toMatchObject([{ captured: 1_002 }])
})

test('given a payment that requires authentication, when it fails, then the order can still be paid', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'REFUSED', price: 1_003, quantity: 1 })
  const order = await buy(stack.shopper, [{ sku: 'REFUSED', quantity: 1 }])
  const asked = await pay(stack, order, 'pm_card_authenticationRequired')
  await stack.payments.authenticate(intentOf(asked.body), 'failed')
  expect(await pay(stack, order, 'pm_card_visa')).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  expect((await chargesOf(stack, 1_003)).map(({ captured }) => captured).filter((captured) => captured > 0)).toEqual([
    1_003,
  ])
})

describe('given a payment that asks for the customer, and webhooks that never come', () => {
  beforeAll(() => openProvider(running().stack).setFaults({ webhooks: [{ kind: 'never' }] }))
  afterAll(() => openProvider(running().stack).setFaults({}))

  const asked = async (
    sku: string,
    price: number,
  ): Promise<{ readonly order: OrderAccess; readonly intent: string }> => {
    const stack = running()
    await stockProduct(stack.staff, { sku, price, quantity: 1 })
    const order = await buy(stack.shopper, [{ sku, quantity: 1 }])
    const answer = await pay(stack, order, 'pm_card_authenticationRequired')
    return { order, intent: intentOf(answer.body) }
  }

  test('when they have not answered, then another card has to wait', async () => {
    const stack = running()
    const { order } = await asked('UNHEARD-OPEN', 1_013)
    expect(await pay(stack, order, 'pm_card_visa')).toMatchObject({
      status: 409,
      body: { code: 'payment_in_progress' },
    })
    expect(await chargesOf(stack, 1_013)).toEqual([])
  })

  test('when they refuse, then another card pays the order once', async () => {
    const stack = running()
    const { order, intent } = await asked('UNHEARD-REFUSED', 1_014)
    await stack.payments.authenticate(intent, 'failed')
    expect(await pay(stack, order, 'pm_card_visa')).toMatchObject({ status: 200, body: { status: 'confirmed' } })
    expect((await chargesOf(stack, 1_014)).filter(({ captured }) => captured > 0)).toMatchObject([{ captured: 1_014 }])
  })

  test('when they agree, then another card finds the order paid', async () => {
    const stack = running()
    const { order, intent } = await asked('UNHEARD-AGREED', 1_015)
    await stack.payments.authenticate(intent, 'succeeded')
    expect(await pay(stack, order, 'pm_card_visa')).toMatchObject({ status: 409, body: { code: 'already_paid' } })
    expect(await chargesOf(stack, 1_015)).toMatchObject([{ captured: 1_015 }])
  })
})

test('given an order with manual confirmation, when it is paid, then only the confirm call captures the money', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'MANUAL', price: 1_004, quantity: 1 })
  const order = await buy(stack.shopper, [{ sku: 'MANUAL', quantity: 1 }], {
    confirm: 'manual',
    paymentMethod: 'pm_card_visa',
  })
  expect(order).toMatchObject({ status: 'authorized', payment: { status: 'authorized' } })
  expect(await chargesOf(stack, 1_004)).toMatchObject([{ captured: 0, released: 0 }])

  const path = `/v1/orders/${order.orderId}/confirm`
  const confirmed = await stack.shopper.post(path, undefined, order)

  expect(confirmed).toMatchObject({ status: 200, body: { status: 'confirmed' } })
  expect(await chargesOf(stack, 1_004)).toMatchObject([{ captured: 1_004 }])
  expect(await stack.shopper.post(path, undefined, order)).toMatchObject({ status: 200, body: { status: 'confirmed' } })
})

test('given an unpaid order, when it is cancelled, then its stock is available again and nothing was charged', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'UNPAID', price: 1_005, quantity: 1 })
  const order = await buy(stack.shopper, [{ sku: 'UNPAID', quantity: 1 }])
  const path = `/v1/orders/${order.orderId}/cancel`
  const cancelled = await stack.shopper.post(path, { reason: 'changed my mind' }, order)
  expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  expect(await pay(stack, order, 'pm_card_visa')).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
  await reserve(stack.shopper, [{ sku: 'UNPAID', quantity: 1 }])
  expect(await chargesOf(stack, 1_005)).toEqual([])
})

test('given an authorized order, when it is cancelled, then the authorization is released', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'VOIDED', price: 1_006, quantity: 1 })
  const paying = { confirm: 'manual', paymentMethod: 'pm_card_visa' } as const
  const order = await buy(stack.shopper, [{ sku: 'VOIDED', quantity: 1 }], paying)
  const cancelled = await stack.shopper.post(`/v1/orders/${order.orderId}/cancel`, { reason: 'too slow' }, order)
  expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  const charges = await eventually(
    () => chargesOf(stack, 1_006),
    ([charge]) => charge?.released === 1_006,
  )
  expect(charges).toMatchObject([{ captured: 0, released: 1_006, refunded: 0 }])
  await reserve(stack.shopper, [{ sku: 'VOIDED', quantity: 1 }])
})

test('given a paid order, when it is cancelled, then all of it is refunded and its stock is available again', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'REFUNDED', price: 1_007, quantity: 1 })
  const order = await buy(stack.shopper, [{ sku: 'REFUNDED', quantity: 1 }], { paymentMethod: 'pm_card_visa' })
  expect(order).toMatchObject({ status: 'confirmed', payment: { status: 'confirmed' } })
  const cancelled = await stack.shopper.post(`/v1/orders/${order.orderId}/cancel`, { reason: 'wrong colour' }, order)
  expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  const read = await eventually(
    () => stack.shopper.get(`/v1/orders/${order.orderId}`, order),
    ({ body }) => JSON.stringify(body).includes('"refunded":1007'),
  )
  expect(read).toMatchObject({
    body: {
      status: 'cancelled',
      cancelReason: 'requested',
      payment: { status: 'refunded', captured: 1_007, refunded: 1_007 },
    },
  })
  expect(await chargesOf(stack, 1_007)).toMatchObject([{ captured: 1_007, refunded: 1_007 }])
  await reserve(stack.shopper, [{ sku: 'REFUNDED', quantity: 1 }])
})

test('given a paid order, when a part is refunded by hand at the provider, then the order shows it', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'BY-HAND', price: 1_011, quantity: 1 })
  const order = await buy(stack.shopper, [{ sku: 'BY-HAND', quantity: 1 }], { paymentMethod: 'pm_card_visa' })
  const [charge] = await chargesOf(stack, 1_011)
  await stack.payments.refundByHand(charge?.paymentIntent ?? '', 11)
  const read = await eventually(
    () => stack.shopper.get(`/v1/orders/${order.orderId}`, order),
    ({ body }) => JSON.stringify(body).includes('"refunded":11'),
  )
  expect(read).toMatchObject({ body: { payment: { status: 'partially_refunded', captured: 1_011, refunded: 11 } } })
})

test('given a paid order, when its payment is disputed, then it is listed for staff', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'DISPUTED', price: 1_012, quantity: 1 })
  const order = await buy(stack.shopper, [{ sku: 'DISPUTED', quantity: 1 }], { paymentMethod: 'pm_card_visa' })
  const [charge] = await chargesOf(stack, 1_012)
  await stack.payments.dispute(charge?.id ?? '')
  const list = await eventually(
    () => stack.staff.get('/v1/orders/attention'),
    ({ body }) => JSON.stringify(body).includes(order.orderId),
  )
  expect(list).toMatchObject({
    status: 200,
    body: {
      items: [{ orderId: order.orderId, status: 'confirmed', reasons: [{ reason: 'payment_disputed' }] }],
      notices: [],
    },
  })
})

test('given an expired order, when it is paid or confirmed, then that is refused and nothing is charged', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'TOO-LATE', price: 1_008, quantity: 1 })
  const held = await reserve(stack.shopper, [{ sku: 'TOO-LATE', quantity: 1 }], { ttlSeconds: 3 })
  const order = await place(stack.shopper, held)
  await eventually(
    () => statusOf(stack, order),
    (status) => status === 'expired',
  )
  expect(await pay(stack, order, 'pm_card_visa')).toMatchObject({ status: 409, body: { code: 'expired' } })
  const confirmed = await stack.shopper.post(`/v1/orders/${order.orderId}/confirm`, undefined, order)
  expect(confirmed).toMatchObject({ status: 409, body: { code: 'expired' } })
  expect(await stack.shopper.post('/v1/orders', { reservationToken: held.reservationToken })).toMatchObject({
    status: 422,
  })
  await reserve(stack.shopper, [{ sku: 'TOO-LATE', quantity: 1 }])
  expect(await chargesOf(stack, 1_008)).toEqual([])
})

test('given one order, when two cards are tried at once, then one payment succeeds and the other is refused', async () => {
  const stack = running()
  await stockProduct(stack.staff, { sku: 'RACED', price: 1_009, quantity: 1 })
  const order = await buy(stack.shopper, [{ sku: 'RACED', quantity: 1 }])
  const answers = await Promise.all([pay(stack, order, 'pm_card_visa'), pay(stack, order, 'pm_card_mastercard')])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  const [refused] = answers.filter(({ status }) => status === 409)
  expect(['payment_in_progress', 'already_paid']).toContain(fieldOf(refused?.body, 'code'))
  expect((await chargesOf(stack, 1_009)).filter(({ captured }) => captured > 0)).toHaveLength(1)
})
