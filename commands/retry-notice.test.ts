import { describe, expect, test } from 'vitest'
import { providerStream } from '#domain/streams.ts'
import type { PaymentNotice } from './payment-notice.ts'
import { type KeptNotice, retryNotice } from './retry-notice.ts'
import { id } from './testing/memory-platform.ts'
import {
  orderEvents,
  paymentChanges,
  providerIsBack,
  providerIsDown,
  providerKeeps,
  swept,
  webhookComes,
} from './testing/paying.ts'
import { givenReservation, places, type ReservationWorld } from './testing/placing.ts'
import type { ShopWorld } from './testing/reserving.ts'
import { type Action, afterwards, type Expectation, type Step } from './testing/scenario.ts'
import { total } from './testing/shop.ts'

const kept: KeptNotice = {
  provider: 'acme',
  providerEventId: 'evt_1',
  eventType: 'payment_intent.succeeded',
  providerObjectId: 'pi_1',
  kind: 'intent',
}
const notice: PaymentNotice = {
  eventId: 'evt_1',
  provider: 'acme',
  type: kept.eventType,
  kind: 'intent',
  providerObjectId: 'pi_1',
}

const paymentMade: Step<ReservationWorld> = ({ shop, orderId }) =>
  shop.payments.provider.createIntent({ orderId, attempt: 1, amount: total, currency: 'EUR', paymentMethod: 'pm_card' })

/** The provider has sent a notice on the payment of an order that is not in the log yet. */
const givenPaidReservation: typeof givenReservation = (...steps) =>
  givenReservation(
    paymentMade,
    paymentChanges({ type: 'captured', capturedAmount: total }),
    webhookComes(notice),
    ...steps,
  )

const retries =
  (retried = kept): Action<ShopWorld, string> =>
  ({ shop }) =>
    retryNotice(retried, 'test', shop.boot())
const is =
  (outcome: string): Expectation<unknown, string> =>
  (_, answer) =>
    expect(answer).toBe(outcome)
const noticeEvents =
  (eventId: string, ...types: readonly string[]): Expectation<ShopWorld, unknown> =>
  ({ shop }) =>
    expect(shop.typesOf(providerStream(eventId))).toEqual(types)

describe('a notice of an order that is not known', () => {
  test('waits as long as the order is missing', () =>
    givenPaidReservation()
      .when(retries())
      .then(is('waiting'), afterwards(retries(), is('waiting')), noticeEvents('evt_1', 'ProviderEventReceived')))

  test('is applied once when the order exists: an unrequested payment is refunded', () =>
    givenPaidReservation(places())
      .when((world) => Promise.all([retries()(world), retries()(world), retries()(world)]))
      .then(
        (_, answered) => expect(answered).toEqual(['applied', 'applied', 'applied']),
        afterwards(retries(), is('applied')),
        swept,
        noticeEvents('evt_1', 'ProviderEventReceived', 'ProviderEventApplied'),
        orderEvents('OrderPlaced', 'PaymentCaptured', 'RefundRequested', 'PaymentRefunded'),
        providerKeeps(0),
      ))

  test('is not applied while the provider does not answer', () =>
    givenPaidReservation(places(), providerIsDown)
      .when((world) => expect(retries()(world)).rejects.toThrow('no answer'))
      .then(providerIsBack, afterwards(retries(), is('applied'))))
})

test('a notice that was kept without its kind gets it from the type of its event', () =>
  givenPaidReservation(places())
    .when(retries({ ...kept, kind: null }))
    .then(is('applied')))

test('a notice that was never kept cannot be applied and is ignored', () =>
  givenPaidReservation(places())
    .when(retries({ ...kept, providerEventId: id('other') }))
    .then(noticeEvents(id('other'))))
