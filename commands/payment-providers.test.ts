import { describe, expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import { changeOrder } from './change-order.ts'
import { payOrder } from './pay-order.ts'
import type { PaymentProvider } from './payment-provider.ts'
import { providerNamed, providerOfMethod } from './payment-providers.ts'
import { placeOrder } from './place-order.ts'
import { createFakePayments } from './testing/fake-payments.ts'
import { type MemoryPlatform, origin, type Process, paidBy } from './testing/memory-platform.ts'
import { drive, openShop, pay, placed, placing, reserved, sweepFor } from './testing/shop.ts'

const acme = createFakePayments(() => 0).provider
const other: PaymentProvider = { ...acme, name: 'other' }
const both = { providers: { acme, other }, defaultProvider: 'acme', paymentMethods: { cash: 'other', cheque: 'gone' } }

describe('a payment method', () => {
  test.each([
    ['card_1', 'acme'],
    ['cash', 'other'],
    ['cheque', undefined],
    ['constructor', 'acme'],
  ])('%s belongs to %s', (method, provider) => {
    expect(providerOfMethod(method, both)).toBe(provider)
  })

  test('that is switched off is refused before anything is written', async () => {
    const shop = await openShop()
    const reservation = await reserved(shop.ports)
    const before = shop.log.all().length
    const request = placing(reservation, { paymentMethod: 'transfer' })
    expect(await placeOrder(request, origin('place'), shop.ports)).toEqual({ code: 'payment_method_unavailable' })
    expect(shop.log.all()).toHaveLength(before)

    const answer = await placeOrder(placing(reservation), origin('place'), shop.ports)
    const orderId = 'orderId' in answer ? answer.orderId : ''
    const refused = await pay(orderId, shop.ports, { paymentMethod: 'transfer' })
    expect(refused).toEqual({ code: 'payment_method_unavailable' })
    expect(shop.typesOf(orderStream(orderId))).toEqual(['OrderPlaced'])
  })
})

test('a request without a provider is the default one’s', () => {
  expect(providerNamed(null, both)).toBe(acme)
  expect(providerNamed('other', both)).toBe(other)
})

describe('an order whose provider was switched off', () => {
  /** A process with another provider alone, which is the default and takes the same payment methods. */
  const elsewhere = (shop: MemoryPlatform) => {
    const fake = createFakePayments(shop.now)
    const ports: Process = { ...shop.boot(), ...paidBy({ ...fake.provider, name: 'other' }) }
    return { ports, fake }
  }

  test('waits for it, calls for attention after an hour, and asks no other provider', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    shop.payments.fail('createIntent', 'before')
    await pay(orderId, shop.ports)
    const { ports, fake } = elsewhere(shop)
    await shop.pass(60)
    await drive(orderId, ports)
    expect((await shop.order(orderId)).attention).toEqual([])
    await shop.pass(3_600)
    await drive(orderId, ports)
    const detail = 'createIntent: The payment provider "acme" is not configured in this process.'
    expect((await shop.order(orderId)).attention).toMatchObject([{ reason: 'provider_unreachable', detail }])
    expect(fake.calls).toEqual([])
  })

  test('gets its first answer again when it is placed or paid again', async () => {
    const shop = await openShop()
    const request = placing(await reserved(shop.ports), { paymentMethod: 'pm_card' })
    const first = await placeOrder(request, origin('place'), shop.ports)
    const off = { ...shop.boot(), paymentMethods: { pm_card: 'gone', transfer: 'gone' } }
    expect(await placeOrder(request, origin('place'), off)).toMatchObject({
      outcome: 'placed',
      payment: { status: 'confirmed' },
    })
    const orderId = 'orderId' in first ? first.orderId : ''
    const pays = { ...origin('place'), commandId: derivedId('pay', origin('place').commandId) }
    expect(await payOrder({ orderId, paymentMethod: 'pm_card' }, pays, off)).toMatchObject({ status: 'confirmed' })
    expect(await pay(orderId, off, { name: 'new', paymentMethod: 'pm_card' })).toEqual({
      code: 'payment_method_unavailable',
    })
  })

  test('is given its money back by the provider that took it, once that is there again', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports)
    const { ports, fake } = elsewhere(shop)
    await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), ports)
    expect(fake.calls).toEqual([])
    await sweepFor(orderId, shop)
    expect(shop.payments.net()).toBe(0)
    expect(shop.payments.refunds).toHaveLength(1)
  })
})

test('each event of a payment names its provider', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports)
  const names = shop.eventsOf(orderStream(orderId)).flatMap(({ data }) => ('provider' in data ? [data.provider] : []))
  expect(names).toEqual(['acme', 'acme', 'acme', 'acme'])
})
