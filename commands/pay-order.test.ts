import { describe, expect, test } from 'vitest'
import { orderStream, stockStream } from '#domain/streams.ts'
import { changeOrder } from './change-order.ts'
import type { ProviderCall } from './testing/fake-payments.ts'
import { type MemoryPlatform, noon, origin, type Process } from './testing/memory-platform.ts'
import { drive, openShop, pay, placed, sweepFor, total } from './testing/shop.ts'

const sale = [
  'OrderPlaced',
  'PaymentRequested',
  'PaymentIntentCreated',
  'PaymentAuthorized',
  'OrderStockCommitted',
  'PaymentCaptured',
  'OrderConfirmed',
]
const count = (shop: MemoryPlatform, sku: string, quantity: number) =>
  shop.ports.stock.submit(
    stockStream(sku, 'MAIN'),
    [{ type: 'CountStock', commandId: origin(`count ${sku}`).commandId, quantity, reason: 'stolen' }],
    { correlationId: 'count', causationId: 'count', actor: 'test' },
  )

test('a payment that goes well is a sale', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  expect(await pay(orderId, shop.ports)).toMatchObject({
    outcome: 'paid',
    status: 'confirmed',
    clientSecret: null,
    declineCode: null,
  })
  expect(shop.typesOf(orderStream(orderId))).toEqual(sale)
  expect(shop.payments.net()).toBe(total)
})

test('an order that is not there', async () => {
  const shop = await openShop()
  expect(await pay(origin('nobody').commandId, shop.ports)).toEqual({ code: 'not_found' })
})

describe('the window', () => {
  const firstExpiry = noon + 900_000
  test('time enough: no hold is touched', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await shop.pass(300)
    await pay(orderId, shop.ports)
    expect(shop.typesOf(stockStream('CUP', 'MAIN'))).not.toContain('ReservationExtended')
  })

  test('too little left: every hold is extended by it, once', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await shop.pass(301)
    expect(await pay(orderId, shop.ports, { paymentMethod: 'pm_declined' })).toMatchObject({ status: 'declined' })
    expect((await shop.order(orderId)).expiresAt).toBe(firstExpiry + 600_000)
    await shop.pass(1_100)
    expect(await pay(orderId, shop.ports, { name: 'second' })).toMatchObject({ status: 'confirmed' })
    for (const sku of ['CUP', 'LAMP']) {
      const extended = shop.eventsOf(stockStream(sku, 'MAIN')).filter(({ type }) => type === 'ReservationExtended')
      expect(extended.map(({ data }) => 'expiresAt' in data && data.expiresAt)).toEqual([firstExpiry + 600_000])
    }
  })

  test('a hold that is lost: too late, and no payment is begun', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await shop.pass(301)
    await count(shop, 'LAMP', 0)
    expect(await pay(orderId, shop.ports)).toEqual({ code: 'expired' })
    expect(shop.payments.calls).toEqual([])
    expect(shop.typesOf(orderStream(orderId))).toEqual(['OrderPlaced'])
  })

  test('past the end of the holds: too late', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await shop.pass(901)
    expect(await pay(orderId, shop.ports)).toEqual({ code: 'expired' })
    await sweepFor(orderId, shop)
    expect((await shop.order(orderId)).status).toBe('expired')
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
  })

  test('a repetition extends nothing, and is answered as the first time', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    const declined = await pay(orderId, shop.ports, { paymentMethod: 'pm_declined' })
    await shop.pass(1_000)
    expect(await pay(orderId, shop.boot(), { paymentMethod: 'pm_declined' })).toMatchObject({
      status: 'declined',
      declineCode: 'insufficient_funds',
    })
    expect(declined).toMatchObject({ status: 'declined', declineCode: 'insufficient_funds' })
    expect(shop.typesOf(stockStream('CUP', 'MAIN'))).not.toContain('ReservationExtended')
    expect(shop.typesOf(stockStream('CUP', 'MAIN'))).not.toContain('ReservationExpired')
  })

  test('another payment beside one of unknown outcome finds that out, and takes no hold away from it', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    shop.payments.fail('confirmIntent', 'after')
    expect(await pay(orderId, shop.ports)).toMatchObject({ status: 'pending' })
    await shop.pass(1_000)
    expect(await pay(orderId, shop.ports, { name: 'other' })).toEqual({ code: 'already_paid' })
    expect(shop.typesOf(stockStream('CUP', 'MAIN'))).toEqual(['StockReceived', 'StockReserved', 'ReservationCommitted'])
    expect((await shop.order(orderId)).status).toBe('confirmed')
    expect(shop.payments.net()).toBe(total)
  })
})

describe('two at once', () => {
  test('with the same key: one attempt, the same answer', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    const answers = await Promise.all([1, 2, 3].map(() => pay(orderId, shop.ports)))
    expect(answers.map((answer) => 'status' in answer && answer.status)).toEqual([
      'confirmed',
      'confirmed',
      'confirmed',
    ])
    expect(shop.typesOf(orderStream(orderId))).toEqual(sale)
    expect(shop.payments.calls).toEqual(['createIntent', 'confirmIntent', 'captureIntent'])
  })

  test('with the same key in several processes: one charge, the same answer', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    const answers = await Promise.all([1, 2, 3].map(() => pay(orderId, shop.boot())))
    expect(new Set(answers.map((answer) => 'status' in answer && answer.status))).toEqual(new Set(['confirmed']))
    expect(shop.typesOf(orderStream(orderId))).toEqual(sale)
    expect(shop.payments.intents).toHaveLength(1)
    expect(shop.payments.net()).toBe(total)
  })

  test('with different keys: one is told that a payment is in progress', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    const answers = await Promise.all([
      pay(orderId, shop.boot(), { name: 'one', paymentMethod: 'pm_action' }),
      pay(orderId, shop.boot(), { name: 'two', paymentMethod: 'pm_action' }),
    ])
    expect(answers.map((answer) => ('code' in answer ? answer.code : answer.status)).sort()).toEqual([
      'payment_in_progress',
      'requires_action',
    ])
    expect(shop.payments.intents).toHaveLength(1)
  })
})

describe('a payment that waits for its shopper', () => {
  test('hands out the secret, again to a repetition, and keeps it nowhere', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    const action = { paymentMethod: 'pm_action' }
    const asked = { status: 'requires_action', clientSecret: 'pi_1_secret' }
    expect(await pay(orderId, shop.ports, action)).toMatchObject(asked)
    expect(await pay(orderId, shop.boot(), action)).toMatchObject(asked)
    expect(
      JSON.stringify(shop.log.all(), (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
    ).not.toContain('secret')
  })

  test('that never comes: the object is read, then let go with the order', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
    await shop.pass(900)
    await sweepFor(orderId, shop)
    expect((await shop.order(orderId)).status).toBe('expired')
    expect(shop.payments.calls.slice(2)).toEqual(['readIntent', 'voidIntent'])
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
  })

  test('who came in time, though nobody told: the sale goes through', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
    shop.payments.changeOutside('pi_1', { type: 'authorized', authorizedUntil: null })
    await shop.pass(900)
    await drive(orderId, shop.boot())
    expect((await shop.order(orderId)).status).toBe('confirmed')
    expect(shop.payments.net()).toBe(total)
  })
})

describe('a provider that gives no answer', () => {
  const calls: readonly ProviderCall[] = ['createIntent', 'confirmIntent', 'captureIntent']
  for (const call of calls)
    for (const fault of ['before', 'after'] as const)
      test(`${call}, ${fault === 'before' ? 'not done' : 'done'}: pending, then one charge`, async () => {
        const shop = await openShop()
        const orderId = await placed(shop.ports)
        shop.payments.fail(call, fault)
        expect(await pay(orderId, shop.ports)).toMatchObject({ status: 'pending' })
        await sweepFor(orderId, shop)
        expect((await shop.order(orderId)).status).toBe('confirmed')
        expect(shop.payments.net()).toBe(total)
        expect(shop.payments.intents).toHaveLength(1)
        // The object is read first, so nothing is done twice.
        expect(shop.payments.calls.filter((made) => made === call)).toHaveLength(fault === 'before' ? 2 : 1)
        expect(await pay(orderId, shop.boot())).toMatchObject({ status: 'confirmed' })
      })

  for (const fault of ['before', 'after'] as const)
    test(`voidIntent of a cancelled order, ${fault === 'before' ? 'not done' : 'done'}`, async () => {
      const shop = await openShop()
      const orderId = await placed(shop.ports)
      await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
      shop.payments.fail('voidIntent', fault)
      await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), shop.ports)
      await sweepFor(orderId, shop)
      expect(shop.payments.intents.map(({ status }) => status.type)).toEqual(['voided'])
      expect(shop.typesOf(orderStream(orderId))).toContain('PaymentVoided')
    })
})

test('stock lost behind an authorization: it is let go, and the caller is told', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await count(shop, 'LAMP', 0)
  expect(await pay(orderId, shop.ports)).toEqual({ code: 'stock_lost' })
  expect(shop.payments.intents.map(({ status }) => status.type)).toEqual(['voided'])
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
})

describe('what is known of the order', () => {
  const readsToPay = async (portsOf: (shop: MemoryPlatform) => Process, ttlSeconds = 600) => {
    const shop = await openShop()
    const orderId = await placed(shop.ports, { reserving: { ttlSeconds } })
    const ports = portsOf(shop)
    let reads = 0
    const orders: Process['orders'] = {
      ...ports.orders,
      read: (stream) => {
        reads += 1
        return ports.orders.read(stream)
      },
    }
    expect(await pay(orderId, { ...ports, orders })).toMatchObject({ status: 'confirmed' })
    return reads
  }
  test('is not read again by the process that placed it', async () => {
    expect(await readsToPay(({ ports }) => ports)).toBe(0)
  })
  test('is read by another process', async () => {
    expect(await readsToPay((shop) => shop.boot())).toBe(1)
  })
  test('is read where its holds have to be extended by it', async () => {
    expect(await readsToPay(({ ports }) => ports, 599)).toBe(1)
  })
})
