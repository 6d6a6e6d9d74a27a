import { describe, expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import type { PaymentNotice } from './payment-notice.ts'
import type { IntentViewStatus } from './payment-provider.ts'
import type { MemoryPlatform } from './testing/memory-platform.ts'
import { awaitingShopper, openShop, pay, placed, receiveNotice, total } from './testing/shop.ts'

// A shopper's answer to their bank reaches the provider first. The order learns it by a webhook, which can be late or lost.

const refusedByShopper: IntentViewStatus = { type: 'declined', declineCode: 'authentication_failed' }

const refusal: PaymentNotice = {
  eventId: 'evt_refusal',
  provider: 'acme',
  type: 'payment_intent.payment_failed',
  kind: 'intent',
  providerObjectId: 'pi_1',
}

/** An order whose payment waited for its shopper, who has answered; no webhook has come. */
const answered = async (
  status: IntentViewStatus,
): Promise<{ readonly shop: MemoryPlatform; readonly orderId: string }> => {
  const shop = await openShop()
  const orderId = await awaitingShopper(shop)
  shop.payments.changeOutside('pi_1', status)
  return { shop, orderId }
}

describe('given a payment that its shopper refused, and no webhook of it', () => {
  test('when they pay with another card, then that is the next attempt', async () => {
    const { shop, orderId } = await answered(refusedByShopper)
    expect(await pay(orderId, shop.boot(), { name: 'second' })).toMatchObject({ status: 'confirmed' })
    expect(shop.payments.charged()).toHaveLength(1)
    expect(shop.payments.net()).toBe(total)
    expect(shop.payments.intents.map(({ status }) => status.type)).toEqual(['captured', 'voided'])
  })

  test('when the first payment is repeated, then it is answered as declined', async () => {
    const { shop, orderId } = await answered(refusedByShopper)
    expect(await pay(orderId, shop.boot(), { paymentMethod: 'pm_action' })).toMatchObject({
      status: 'declined',
      declineCode: 'authentication_failed',
      clientSecret: null,
    })
    expect(shop.payments.intents).toHaveLength(1)
  })

  test('when two pay at once with other cards, then one of them is charged', async () => {
    const { shop, orderId } = await answered(refusedByShopper)
    const answers = await Promise.all([
      pay(orderId, shop.boot(), { name: 'second' }),
      pay(orderId, shop.boot(), { name: 'third' }),
    ])
    expect(answers).toContainEqual(expect.objectContaining({ status: 'confirmed' }))
    expect(shop.payments.charged()).toHaveLength(1)
    expect(shop.payments.net()).toBe(total)
  })

  test('when the webhook is worked in while they pay with another card, then that is the next attempt', async () => {
    const { shop, orderId } = await answered(refusedByShopper)
    const { provider } = shop.payments
    const notified: typeof provider = {
      ...provider,
      readIntent: async (id) => {
        const view = await provider.readIntent(id)
        await receiveNotice(refusal, shop.boot())
        return view
      },
    }
    expect(await pay(orderId, shop.boot({ provider: notified }), { name: 'second' })).toMatchObject({
      status: 'confirmed',
    })
    const types = shop.typesOf(orderStream(orderId))
    expect(types.filter((type) => type === 'PaymentDeclined')).toHaveLength(1)
    expect(shop.payments.charged()).toHaveLength(1)
    expect(shop.payments.net()).toBe(total)
  })

  test.each(['before', 'refuse'] as const)(
    'when it cannot be read (%s), then it counts as in progress',
    async (fault) => {
      const { shop, orderId } = await answered(refusedByShopper)
      shop.payments.fail('readIntent', fault)
      const before = shop.payments.calls.length
      expect(await pay(orderId, shop.boot(), { name: 'second' })).toEqual({ code: 'payment_in_progress' })
      expect(shop.payments.calls.slice(before)).toEqual(['readIntent'])
      expect(await pay(orderId, shop.boot(), { name: 'second' })).toMatchObject({ status: 'confirmed' })
      expect(shop.payments.net()).toBe(total)
    },
  )
})

describe('given a payment that its shopper approved, and no webhook of it', () => {
  const approved: IntentViewStatus = { type: 'authorized', authorizedUntil: null }

  test('when they pay with another card, then the first payment is the sale', async () => {
    const { shop, orderId } = await answered(approved)
    expect(await pay(orderId, shop.boot(), { name: 'second' })).toEqual({ code: 'already_paid' })
    expect((await shop.order(orderId)).status).toBe('confirmed')
    expect(shop.payments.intents).toHaveLength(1)
    expect(shop.payments.net()).toBe(total)
  })

  test('when the first payment is repeated, then it is answered as confirmed', async () => {
    const { shop, orderId } = await answered(approved)
    expect(await pay(orderId, shop.boot(), { paymentMethod: 'pm_action' })).toMatchObject({ status: 'confirmed' })
    expect(shop.payments.net()).toBe(total)
  })
})

describe('given a payment that waits for its shopper', () => {
  test('when another card is tried, then a payment is in progress, and the provider was read once', async () => {
    const shop = await openShop()
    const orderId = await awaitingShopper(shop)
    const before = shop.payments.calls.length
    expect(await pay(orderId, shop.boot(), { name: 'second' })).toEqual({ code: 'payment_in_progress' })
    expect(shop.payments.calls.slice(before)).toEqual(['readIntent'])
    expect(shop.typesOf(orderStream(orderId)).at(-1)).toBe('PaymentActionRequired')
  })
})

test('given a payment whose confirming was cut off ten seconds ago, when another card is tried, then it is found out first', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  shop.payments.fail('confirmIntent', 'after')
  expect(await pay(orderId, shop.ports, { paymentMethod: 'pm_declined' })).toMatchObject({ status: 'pending' })
  await shop.pass(11)
  expect(await pay(orderId, shop.boot(), { name: 'second' })).toMatchObject({ status: 'confirmed' })
  expect(shop.payments.net()).toBe(total)
})

test('given a payment that another process has just begun, when another card is tried, then it is left alone', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  shop.payments.fail('confirmIntent', 'after')
  await pay(orderId, shop.ports)
  const before = shop.payments.calls.length
  expect(await pay(orderId, shop.boot(), { name: 'second' })).toEqual({ code: 'payment_in_progress' })
  expect(shop.payments.calls.slice(before)).toEqual([])
})
