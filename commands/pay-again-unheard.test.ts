import { describe, expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import type { PaymentNotice } from './payment-notice.ts'
import type { IntentViewStatus } from './payment-provider.ts'
import {
  chargedOnce,
  givenOrder,
  type OrderWorld,
  orderIs,
  paymentChanges,
  paymentObjects,
  pays,
  paysElsewhere,
  providerCalls,
  providerFails,
  providerKeeps,
} from './testing/paying.ts'
import { answers, refuses, timePasses } from './testing/reserving.ts'
import type { Action } from './testing/scenario.ts'
import { pay, receiveNotice, total } from './testing/shop.ts'

// A shopper's answer to their bank reaches the provider first. The order learns it by a webhook, which can be late or lost.

const asksShopper = pays({ paymentMethod: 'pm_action' })
const refusedByShopper: IntentViewStatus = { type: 'declined', declineCode: 'authentication_failed' }
const second = { name: 'second' }

const refusal: PaymentNotice = {
  eventId: 'evt_refusal',
  provider: 'acme',
  type: 'payment_intent.payment_failed',
  kind: 'intent',
  providerObjectId: 'pi_1',
}

describe('given a payment that its shopper refused, and no webhook of it', () => {
  const given = () => givenOrder(asksShopper, paymentChanges(refusedByShopper))

  test('when they pay with another card, then that is the next attempt', () =>
    given()
      .when(paysElsewhere(second))
      .then(answers({ status: 'confirmed' }), chargedOnce, providerKeeps(total), paymentObjects('captured', 'voided')))

  test('when the first payment is repeated, then it is answered as declined', () =>
    given()
      .when(paysElsewhere({ paymentMethod: 'pm_action' }))
      .then(answers({ status: 'declined', declineCode: 'authentication_failed', clientSecret: null }), ({ shop }) =>
        expect(shop.payments.intents).toHaveLength(1),
      ))

  test('when two pay at once with other cards, then one of them is charged', () =>
    given()
      .when((world) => Promise.all([paysElsewhere(second)(world), paysElsewhere({ name: 'third' })(world)]))
      .then(
        (_, answered) => expect(answered).toContainEqual(expect.objectContaining({ status: 'confirmed' })),
        chargedOnce,
        providerKeeps(total),
      ))

  test('when the webhook is applied while they pay with another card, then that is the next attempt', () => {
    const paysDuringWebhook: Action<OrderWorld, Awaited<ReturnType<typeof pay>>> = ({ shop, orderId }) => {
      const { provider } = shop.payments
      const notified: typeof provider = {
        ...provider,
        readIntent: async (id) => {
          const view = await provider.readIntent(id)
          await receiveNotice(refusal, shop.boot())
          return view
        },
      }
      return pay(orderId, shop.boot({ provider: notified }), second)
    }
    return given()
      .when(paysDuringWebhook)
      .then(
        answers({ status: 'confirmed' }),
        ({ shop, orderId }) => {
          const types = shop.typesOf(orderStream(orderId))
          expect(types.filter((type) => type === 'PaymentDeclined')).toHaveLength(1)
        },
        chargedOnce,
        providerKeeps(total),
      )
  })

  test.each(['before', 'refuse'] as const)('when it cannot be read (%s), then it counts as in progress', (fault) =>
    givenOrder(asksShopper, paymentChanges(refusedByShopper), providerFails('readIntent', fault))
      .when(paysElsewhere(second))
      .then(
        refuses('payment_in_progress'),
        providerCalls('readIntent'),
        async (world) => expect(await paysElsewhere(second)(world)).toMatchObject({ status: 'confirmed' }),
        providerKeeps(total),
      ),
  )
})

describe('given a payment that its shopper approved, and no webhook of it', () => {
  const given = () => givenOrder(asksShopper, paymentChanges({ type: 'authorized', authorizedUntil: null }))

  test('when they pay with another card, then the first payment is the sale', () =>
    given()
      .when(paysElsewhere(second))
      .then(refuses('already_paid'), orderIs('confirmed'), paymentObjects('captured'), providerKeeps(total)))

  test('when the first payment is repeated, then it is answered as confirmed', () =>
    given()
      .when(paysElsewhere({ paymentMethod: 'pm_action' }))
      .then(answers({ status: 'confirmed' }), providerKeeps(total)))
})

test('given a payment that waits for its shopper, when another card is tried, then it is read once and is in progress', () =>
  givenOrder(asksShopper)
    .when(paysElsewhere(second))
    .then(refuses('payment_in_progress'), providerCalls('readIntent'), ({ shop, orderId }) =>
      expect(shop.typesOf(orderStream(orderId)).at(-1)).toBe('PaymentActionRequired'),
    ))

test('given a payment whose confirmation was interrupted ten seconds ago, when another card is tried, then its outcome is read first', () =>
  givenOrder(providerFails('confirmIntent', 'after'), pays({ paymentMethod: 'pm_declined' }), timePasses(11))
    .when(paysElsewhere(second))
    .then(answers({ status: 'confirmed' }), providerKeeps(total)))

test('given a payment that another process has just begun, when another card is tried, then it is left alone', () =>
  givenOrder(providerFails('confirmIntent', 'after'), pays())
    .when(paysElsewhere(second))
    .then(refuses('payment_in_progress'), providerCalls()))
