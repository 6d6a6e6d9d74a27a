import { describe, expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { changeOrder } from '../change-order.ts'
import { ProviderRefused } from '../payment-provider.ts'
import { origin, paidBy } from '../testing/memory-platform.ts'
import {
  cancels,
  drives,
  drivesElsewhere,
  givenOrder,
  needsAttention,
  type OrderWorld,
  orderIs,
  pays,
  providerCalls,
  providerFails,
  providerIsBack,
  providerIsDown,
  providerKeeps,
  refundChanges,
  refundsEndAs,
  resumes,
  swept,
} from '../testing/paying.ts'
import { cupsAreFree, timePasses } from '../testing/reserving.ts'
import { type Action, afterwards, type Expectation } from '../testing/scenario.ts'
import { drive, openShop, pay, placed, sweepFor, total } from '../testing/shop.ts'

/** The order is looked at again after so many seconds. */
const wakesIn =
  (seconds: number): Expectation<OrderWorld, unknown> =>
  ({ shop, orderId }) =>
    expect(shop.wakeUps.at(-1)).toEqual({ orderId, at: shop.now() + seconds * 1_000 })

const lastEventIs =
  (type: string): Expectation<OrderWorld, unknown> =>
  ({ shop, orderId }) =>
    expect(shop.typesOf(orderStream(orderId)).at(-1)).toBe(type)

describe('an effect in doubt', () => {
  test('is left for the next look, at least ten seconds later', () =>
    givenOrder(providerIsDown)
      .when(pays())
      .then(
        providerCalls('createIntent'),
        wakesIn(10),
        timePasses(60),
        afterwards(drives, providerCalls('findIntent'), wakesIn(10)),
      ))

  test('is not repeated by the process that tried it, although another effect succeeded', () =>
    givenOrder(pays(), providerFails('refund', 'after'))
      .when(cancels)
      .then(
        providerCalls('refund'),
        lastEventIs('OrderStockSettled'),
        afterwards(swept, providerCalls('findRefund')),
        ({ shop }) => expect(shop.payments.refunds).toHaveLength(1),
        providerKeeps(0),
      ))

  test('that the provider is processing is read once per look', () =>
    givenOrder(pays(), refundsEndAs({ type: 'pending' }))
      .when(cancels)
      .then(
        providerCalls('refund'),
        timePasses(60),
        afterwards(drives, providerCalls('findRefund'), wakesIn(10)),
        refundChanges('re_1', { type: 'refunded' }),
        swept,
        lastEventIs('PaymentRefunded'),
      ))
})

describe('what fails', () => {
  test('for less than an hour does not call for attention', () =>
    givenOrder(providerIsDown, pays(), timePasses(3_599)).when(drives).then(needsAttention()))

  test('for an hour calls for attention, and is not tried any more', () =>
    givenOrder(providerIsDown, pays(), timePasses(3_600))
      .when(drives)
      .then(needsAttention('provider_unreachable'), afterwards(swept, providerCalls())))

  test('for an hour goes on when resumed', () =>
    givenOrder(providerIsDown, pays(), timePasses(3_600), drives, providerIsBack, resumes)
      .when(swept)
      .then(
        // The time to pay is over: no effect is begun, and the order expires.
        orderIs('expired'),
        ({ shop }) => expect(shop.payments.charged()).toEqual([]),
        cupsAreFree,
      ))

  test('and is refused for good calls for attention at once', () =>
    givenOrder(pays(), providerFails('refund', 'refuse'))
      .when(cancels)
      .then(needsAttention('refund_failed'), resumes, needsAttention(), providerKeeps(0)))

  test('has a detail that fits into the event', () => {
    const cancelsWithLongRefusal: Action<OrderWorld, unknown> = ({ shop, orderId }) => {
      const refund = () => Promise.reject(new ProviderRefused('no', 'x'.repeat(5_000)))
      const ports = { ...shop.ports, ...paidBy({ ...shop.payments.provider, refund }) }
      return changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), ports)
    }
    return givenOrder(pays()).when(cancelsWithLongRefusal).then(needsAttention('refund_failed'))
  })
})

test('two drivers at once do everything once', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  shop.payments.setDown(true)
  await pay(orderId, shop.ports)
  shop.payments.setDown(false)
  await shop.pass(11)
  await Promise.all([drive(orderId, shop.boot()), drive(orderId, shop.boot()), drive(orderId, shop.boot())])
  await sweepFor(orderId, shop)
  expect((await shop.order(orderId)).status).toBe('confirmed')
  expect(shop.payments.net()).toBe(total)
  expect(shop.payments.intents).toHaveLength(1)
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 2 })
})

test('at rest it schedules a wake-up at the expiry of the order', () =>
  givenOrder()
    .when(drives)
    .then(async ({ shop, orderId }) =>
      expect(shop.wakeUps).toEqual([{ orderId, at: (await shop.order(orderId)).expiresAt }]),
    ))

test('an effect that another process has just begun is not repeated', () =>
  givenOrder(providerFails('createIntent', 'before'))
    .when(pays())
    .then(providerCalls('createIntent'), timePasses(9), afterwards(drivesElsewhere, providerCalls(), wakesIn(1))))
