import { describe, expect, test } from 'vitest'
import { orderStream, stockStream } from '#domain/streams.ts'
import type { Instant } from '#domain/values/instant.ts'
import { changeOrder } from './change-order.ts'
import type { ProviderCall } from './testing/fake-payments.ts'
import { type MemoryPlatform, noon, origin, type Process } from './testing/memory-platform.ts'
import {
  drivesElsewhere,
  givenOrder,
  type OrderWorld,
  orderEvents,
  orderIs,
  orderRests,
  paymentChanges,
  paymentObjects,
  pays,
  paysElsewhere,
  providerCalls,
  providerFails,
  providerKeeps,
  swept,
} from './testing/paying.ts'
import { answers, counted, cupsAreFree, refuses, stockEvents, timePasses } from './testing/reserving.ts'
import { afterwards, type Expectation } from './testing/scenario.ts'
import { openShop, pay, placed, sweepFor, total } from './testing/shop.ts'

const sale = [
  'OrderPlaced',
  'PaymentRequested',
  'PaymentIntentCreated',
  'PaymentAuthorized',
  'OrderStockCommitted',
  'PaymentCaptured',
  'OrderConfirmed',
]
test('a successful payment is a sale', () =>
  givenOrder()
    .when(pays())
    .then(
      answers({ outcome: 'paid', status: 'confirmed', clientSecret: null, declineCode: null }),
      orderEvents(...sale),
      providerKeeps(total),
    ))

test('of a missing order', async () => {
  const shop = await openShop()
  expect(await pay(origin('nobody').commandId, shop.ports)).toEqual({ code: 'not_found' })
})

describe('the payment window', () => {
  const firstExpiry = noon + 900_000

  /** Each hold was extended once, and to this moment. */
  const holdsExtended =
    (until: Instant): Expectation<OrderWorld, unknown> =>
    ({ shop }) => {
      for (const sku of ['CUP', 'LAMP']) {
        const extended = shop.eventsOf(stockStream(sku, 'MAIN')).filter(({ type }) => type === 'ReservationExtended')
        expect(extended.map(({ data }) => 'expiresAt' in data && data.expiresAt)).toEqual([until])
      }
    }
  const orderExpires =
    (at: Instant): Expectation<OrderWorld, unknown> =>
    async ({ shop, orderId }) =>
      expect((await shop.order(orderId)).expiresAt).toBe(at)
  const declined = { paymentMethod: 'pm_declined' }

  test('with enough time no hold is changed', () =>
    givenOrder(timePasses(300))
      .when(pays())
      .then(
        answers({ status: 'confirmed' }),
        stockEvents('CUP', 'StockReceived', 'StockReserved', 'ReservationCommitted'),
      ))

  test('with too little time left every hold is extended by it', () =>
    givenOrder(timePasses(301))
      .when(pays(declined))
      .then(answers({ status: 'declined' }), orderExpires(firstExpiry + 600_000), holdsExtended(firstExpiry + 600_000)))

  test('a later payment does not extend the holds again', () =>
    givenOrder(timePasses(301), pays(declined), timePasses(1_100))
      .when(pays({ name: 'second' }))
      .then(answers({ status: 'confirmed' }), holdsExtended(firstExpiry + 600_000)))

  test('if a hold is lost it is too late, and no payment is requested', () =>
    givenOrder(timePasses(301), counted('LAMP', 0))
      .when(pays())
      .then(refuses('expired'), providerCalls(), orderEvents('OrderPlaced')))

  test('after the holds have expired it is too late', () =>
    givenOrder(timePasses(901)).when(pays()).then(refuses('expired'), swept, orderIs('expired'), cupsAreFree))

  test('a repetition extends nothing, and is answered as the first time', () =>
    givenOrder(pays(declined), timePasses(1_000))
      .when(paysElsewhere(declined))
      .then(
        answers({ status: 'declined', declineCode: 'insufficient_funds' }),
        // The order's time is over by then, so driving it lets the hold go.
        stockEvents('CUP', 'StockReceived', 'StockReserved', 'ReservationReleased'),
      ))

  test('another payment beside one of unknown outcome finds that out, and takes no hold away from it', () =>
    givenOrder(providerFails('confirmIntent', 'after'), pays(), timePasses(1_000))
      .when(pays({ name: 'other' }))
      .then(
        refuses('already_paid'),
        stockEvents('CUP', 'StockReceived', 'StockReserved', 'ReservationCommitted'),
        orderIs('confirmed'),
        providerKeeps(total),
      ))
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

  test('that never comes: the object is read, then let go with the order', () =>
    givenOrder(pays({ paymentMethod: 'pm_action' }), timePasses(900))
      .when(swept)
      .then(orderIs('expired'), providerCalls('readIntent', 'voidIntent'), cupsAreFree))

  test('who came in time, though nobody told: the sale goes through', () =>
    givenOrder(
      pays({ paymentMethod: 'pm_action' }),
      paymentChanges({ type: 'authorized', authorizedUntil: null }),
      timePasses(900),
    )
      .when(drivesElsewhere)
      .then(orderIs('confirmed'), providerKeeps(total)))
})

describe('a provider that gives no answer', () => {
  const calls: readonly ProviderCall[] = ['createIntent', 'confirmIntent', 'captureIntent']
  for (const call of calls)
    for (const fault of ['before', 'after'] as const)
      test(`${call}, ${fault === 'before' ? 'not done' : 'done'}: pending, then one charge`, () =>
        givenOrder(providerFails(call, fault))
          .when(pays())
          .then(
            answers({ status: 'pending' }),
            swept,
            orderIs('confirmed'),
            providerKeeps(total),
            paymentObjects('captured'),
            // The object is read first, so nothing is done twice.
            ({ shop }) =>
              expect(shop.payments.calls.filter((made) => made === call)).toHaveLength(fault === 'before' ? 2 : 1),
            async (world) => expect(await paysElsewhere()(world)).toMatchObject({ status: 'confirmed' }),
          ))

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

test('stock lost behind an authorization: it is let go, and the caller is told', () =>
  givenOrder(counted('LAMP', 0)).when(pays()).then(refuses('stock_lost'), paymentObjects('voided'), cupsAreFree))

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

describe('a payment that the provider refuses to create', () => {
  test('is declined with its reason, and another one can be made at once', () =>
    givenOrder(
      providerFails('createIntent', 'refuse'),
      afterwards(pays(), answers({ status: 'declined', declineCode: 'refused' })),
    )
      .when(pays({ name: 'another', paymentMethod: 'pm_other' }))
      .then(answers({ status: 'confirmed' }), paymentObjects('captured'), providerKeeps(total)))

  test('stays declined when it is repeated, and leaves the order to expire', () =>
    givenOrder(
      providerFails('createIntent', 'refuse'),
      pays(),
      afterwards(paysElsewhere(), answers({ status: 'declined' })),
      timePasses(900),
    )
      .when(swept)
      .then(orderIs('expired'), providerKeeps(0), cupsAreFree, orderRests))
})
