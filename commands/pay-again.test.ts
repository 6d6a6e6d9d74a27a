import { describe, expect, test } from 'vitest'
import { recordIntent } from './checkout/record.ts'
import {
  chargedOnce,
  givenOrder,
  type OrderWorld,
  orderRests,
  paymentChanges,
  pays,
  paysElsewhere,
  providerCalls,
  providerFails,
  providerKeeps,
} from './testing/paying.ts'
import { answers } from './testing/reserving.ts'
import { afterwards, type Step } from './testing/scenario.ts'
import { openShop, pay, placed, total } from './testing/shop.ts'

describe('after a decline', () => {
  const first = { name: 'first', paymentMethod: 'pm_declined' }
  const second = { name: 'second' }

  test('the next attempt is a new object, and the old one is voided first', () =>
    givenOrder()
      .when(pays(first))
      .then(
        providerCalls('createIntent', 'confirmIntent', 'voidIntent'),
        afterwards(
          pays(second),
          answers({ status: 'confirmed', declineCode: null }),
          providerCalls('createIntent', 'confirmIntent', 'captureIntent'),
        ),
        providerKeeps(total),
      ))

  test('the next attempt waits for the process that voids the old object', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    const { provider } = shop.payments
    const waited = Promise.withResolvers<void>()
    const voiding = Promise.withResolvers<void>()
    const slow: typeof provider = {
      ...provider,
      voidIntent: async (intent) => {
        voiding.resolve()
        await waited.promise
        return provider.voidIntent(intent)
      },
    }
    const first = pay(orderId, shop.boot({ provider: slow }), { name: 'first', paymentMethod: 'pm_declined' })
    await voiding.promise
    const ports = shop.boot()
    const pause = async (milliseconds: number): Promise<void> => {
      waited.resolve()
      await ports.pause(milliseconds)
    }

    expect(await pay(orderId, { ...ports, pause }, { name: 'second' })).toMatchObject({ status: 'confirmed' })

    await first
    expect(shop.payments.net()).toBe(total)
  })

  test('a payment method that the provider refuses is declined: another can be tried at once', () =>
    givenOrder(providerFails('confirmIntent', 'refuse'))
      .when(pays({ name: 'first' }))
      .then(
        answers({ status: 'declined', declineCode: 'refused' }),
        orderRests,
        afterwards(pays(second), answers({ status: 'confirmed' })),
        chargedOnce,
      ))

  test('a repetition of the declined attempt is answered as declined, although a later one was paid', () =>
    givenOrder(pays(first), pays(second))
      .when(paysElsewhere(first))
      .then(answers({ status: 'declined', declineCode: 'insufficient_funds' })))

  test('an object that was voided at the provider counts as a failed payment', () => {
    const asksShopper = pays({ paymentMethod: 'pm_action' })
    const paymentRead: Step<OrderWorld> = async ({ shop, orderId }) => {
      const view = await shop.payments.provider.readIntent('pi_1')
      await recordIntent({ attempt: 1, provider: 'acme', view }, { orderId, actor: 'test' }, shop.ports)
    }
    return givenOrder(asksShopper, paymentChanges({ type: 'voided' }), paymentRead)
      .when(asksShopper)
      .then(
        answers({ status: 'declined', declineCode: null }),
        afterwards(pays({ name: 'again' }), answers({ status: 'confirmed' })),
      )
  })
})
