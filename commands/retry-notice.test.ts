import { describe, expect, test } from 'vitest'
import { orderStream, providerStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { placeOrder } from './place-order.ts'
import { recordPaymentNotice } from './record-payment-notice.ts'
import { type KeptNotice, retryNotice } from './retry-notice.ts'
import { id, type MemoryPlatform, origin } from './testing/memory-platform.ts'
import { openShop, placing, reserved, sweepFor, total } from './testing/shop.ts'

const kept: KeptNotice = {
  provider: 'acme',
  providerEventId: 'evt_1',
  eventType: 'payment_intent.succeeded',
  providerObjectId: 'pi_1',
  kind: 'intent',
}
const notice = {
  eventId: 'evt_1',
  provider: 'acme',
  type: kept.eventType,
  kind: 'intent',
  providerObjectId: 'pi_1',
} as const
const retry = (shop: MemoryPlatform, notice = kept) => retryNotice(notice, 'test', shop.boot())

/** The provider has sent a notice on the payment of an order that is not in the log yet. */
const paidBeforePlaced = async () => {
  const shop = await openShop()
  const reservation = await reserved(shop.ports)
  const orderId = orderIdOf(reservation.reservationId)
  const order = { orderId, attempt: 1, amount: total, currency: 'EUR', paymentMethod: 'pm_card' }
  await shop.payments.provider.createIntent(order)
  shop.payments.changeOutside('pi_1', { type: 'captured', capturedAmount: total })
  await recordPaymentNotice(notice, origin('evt_1'), shop.ports)
  const place = () => placeOrder(placing(reservation), origin('place'), shop.ports)
  return { shop, orderId, place }
}

describe('a notice of an order that is not known', () => {
  test('waits as long as the order is missing', async () => {
    const { shop } = await paidBeforePlaced()
    expect([await retry(shop), await retry(shop)]).toEqual(['waiting', 'waiting'])
    expect(shop.typesOf(providerStream('evt_1'))).toEqual(['ProviderEventReceived'])
  })

  test('is applied once when the order exists: an unrequested payment is refunded', async () => {
    const { shop, orderId, place } = await paidBeforePlaced()
    await place()
    expect(await Promise.all([retry(shop), retry(shop), retry(shop)])).toEqual(['applied', 'applied', 'applied'])
    expect(await retry(shop)).toBe('applied')
    await sweepFor(orderId, shop)
    expect(shop.typesOf(providerStream('evt_1'))).toEqual(['ProviderEventReceived', 'ProviderEventApplied'])
    expect(shop.typesOf(orderStream(orderId))).toEqual([
      'OrderPlaced',
      'PaymentCaptured',
      'RefundRequested',
      'PaymentRefunded',
    ])
    expect(shop.payments.net()).toBe(0)
  })

  test('is not applied while the provider does not answer', async () => {
    const { shop, place } = await paidBeforePlaced()
    await place()
    shop.payments.setDown(true)
    await expect(retry(shop)).rejects.toThrow('no answer')
    shop.payments.setDown(false)
    expect(await retry(shop)).toBe('applied')
  })
})

test('a notice that was kept without its kind gets it from the type of its event', async () => {
  const { shop, place } = await paidBeforePlaced()
  await place()
  expect(await retry(shop, { ...kept, kind: null })).toBe('applied')
})

test('a notice that was never kept cannot be applied and is ignored', async () => {
  const { shop, place } = await paidBeforePlaced()
  await place()
  await retryNotice({ ...kept, providerEventId: id('other') }, 'test', shop.boot())
  expect(shop.typesOf(providerStream(id('other')))).toEqual([])
})
