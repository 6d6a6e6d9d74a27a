// What went wrong with payments in other shops, one test each. docs/lessons.md has the list.
import { expect, test } from 'vitest'
import { paymentSummary } from '#domain/order/answers.ts'
import { orderStream } from '#domain/streams.ts'
import { changeOrder } from '../change-order.ts'
import { recordPaymentNotice } from '../record-payment-notice.ts'
import { type MemoryPlatform, origin } from '../testing/memory-platform.ts'
import { drive, openShop, pay, placed, sweepFor, total } from '../testing/shop.ts'

const tell = async (shop: MemoryPlatform, eventId = 'evt_1'): Promise<void> => {
  const notice = {
    eventId,
    provider: 'acme',
    type: 'payment_intent.succeeded',
    kind: 'intent',
    providerObjectId: 'pi_1',
  } as const
  const { followUp } = await recordPaymentNotice(notice, origin(eventId), shop.boot())
  await followUp()
}
const count = (shop: MemoryPlatform, orderId: string, type: string): number =>
  shop.typesOf(orderStream(orderId)).filter((found) => found === type).length
const captured = { type: 'captured', capturedAmount: total } as const
const authorized = { type: 'authorized', authorizedUntil: null } as const

test('lesson: double capture: the shopper’s own call and the webhook at once take the money once', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
  shop.payments.changeOutside('pi_1', authorized)
  await Promise.all([drive(orderId, shop.boot()), tell(shop), tell(shop, 'evt_2'), pay(orderId, shop.boot())])
  await sweepFor(orderId, shop)
  expect((await shop.order(orderId)).status).toBe('confirmed')
  expect(count(shop, orderId, 'PaymentCaptured')).toBe(1)
  expect(shop.payments.net()).toBe(total)
})

test('lesson: amount doubled: a capture reported by the answer, the webhook and the sweep counts once', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await Promise.all([pay(orderId, shop.ports), pay(orderId, shop.boot())])
  await Promise.all([tell(shop), tell(shop, 'evt_2'), drive(orderId, shop.boot())])
  await sweepFor(orderId, shop)
  expect(paymentSummary(await shop.order(orderId))).toMatchObject({ amountCaptured: total, amountRefunded: 0 })
})

test('lesson: dead cart: after a declined card the order can be paid with the next card, as a new attempt', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  expect(await pay(orderId, shop.ports, { paymentMethod: 'pm_declined' })).toMatchObject({ status: 'declined' })
  expect(await pay(orderId, shop.boot(), { name: 'pay again' })).toMatchObject({ status: 'confirmed' })
  expect((await shop.order(orderId)).attempts.map(({ attempt }) => attempt)).toEqual([1, 2])
  expect(shop.payments.net()).toBe(total)
})

test('lesson: pays twice: the old payment object is voided before the next is created', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_declined' })
  await pay(orderId, shop.ports, { name: 'pay again', paymentMethod: 'pm_action' })
  const { calls, intents } = shop.payments
  expect(calls.filter((call) => call === 'createIntent' || call === 'voidIntent')).toEqual([
    'createIntent',
    'voidIntent',
    'createIntent',
  ])
  expect(intents.map(({ status }) => status.type)).toEqual(['requires_action', 'voided'])
  expect(await pay(orderId, shop.ports, { name: 'a third' })).toEqual({ code: 'payment_in_progress' })
})

test('lesson: paid but refused: a payment that arrives after the order has ended is recorded and refunded', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
  await shop.pass(1_600)
  await drive(orderId, shop.boot())
  expect((await shop.order(orderId)).status).toBe('expired')
  shop.payments.changeOutside('pi_1', captured)
  await tell(shop)
  await sweepFor(orderId, shop)
  expect(count(shop, orderId, 'PaymentCaptured')).toBe(1)
  expect(paymentSummary(await shop.order(orderId))).toMatchObject({ amountCaptured: total, amountRefunded: total })
  expect(shop.payments.net()).toBe(0)
})

test('lesson: late paid: a payment after the cancellation does not revive the order', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
  shop.payments.fail('voidIntent', 'before')
  await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), shop.ports)
  shop.payments.changeOutside('pi_1', captured)
  await tell(shop)
  await sweepFor(orderId, shop)
  expect((await shop.order(orderId)).status).toBe('cancelled')
  expect(count(shop, orderId, 'OrderConfirmed')).toBe(0)
  expect(shop.payments.net()).toBe(0)
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
})

test('lesson: hold ran out while paying: a payment that began in time has its holds extended and becomes a sale', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await shop.pass(890)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
  await shop.pass(300)
  await drive(orderId, shop.boot())
  expect((await shop.order(orderId)).status).toBe('requires_action')
  shop.payments.changeOutside('pi_1', authorized)
  await tell(shop)
  await sweepFor(orderId, shop)
  expect((await shop.order(orderId)).status).toBe('confirmed')
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 2 })
})

test('lesson: timers late or lost: without a wake-up the sweep ends the order', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await shop.pass(901)
  expect((await shop.order(orderId)).status).toBe('placed')
  await drive(orderId, shop.boot())
  expect((await shop.order(orderId)).status).toBe('expired')
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
})

test('lesson: one hangs, all wait: an order whose provider call is never answered does not delay others', async () => {
  const shop = await openShop()
  const [one, other] = [
    await placed(shop.ports, { reserving: { name: 'one' } }),
    await placed(shop.ports, { reserving: { name: 'other' } }),
  ]
  const { provider } = shop.payments
  const hanging: typeof provider = {
    ...provider,
    createIntent: (order) => (order.orderId === one ? new Promise(() => undefined) : provider.createIntent(order)),
  }
  const ports = shop.boot({ provider: hanging })
  void pay(one, ports)
  expect(await pay(other, ports, { name: 'pay the other' })).toMatchObject({ status: 'confirmed' })
})
