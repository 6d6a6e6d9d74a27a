import { describe, expect, test, vi } from 'vitest'
import type { PaymentNotice } from './payment-notice.ts'
import type { MemoryPlatform } from './testing/memory-platform.ts'
import { awaitingShopper, openShop, pay, placed, receiveNotice } from './testing/shop.ts'
import { waitForOthers } from './wait-for-others.ts'

const told = (orderId: string, phase: 'authorized' | 'captured'): PaymentNotice => ({
  eventId: `evt_${phase}`,
  provider: 'acme',
  type: 'payment_intent.amount_capturable_updated',
  kind: 'intent',
  providerObjectId: 'pi_1',
  hint: { orderId, attempt: 1, phase },
})

/** Another process that gets the webhook of a payment: how often it waited, and its calls to the provider. */
const elsewhere = (shop: MemoryPlatform, waited: () => Promise<void> = async () => undefined) => {
  const pause = vi.fn(waited)
  const ports = { ...shop.boot(), pause }
  const hear = async (notice: PaymentNotice): Promise<number> => {
    await waitForOthers(notice, ports)
    const before = shop.payments.calls.length
    await receiveNotice(notice, ports)
    return shop.payments.calls.length - before
  }
  return { hear, pause }
}

/**
 * Pays in one process while the webhook comes to another. `slowly`: the payment goes on only after the webhook was handled.
 */
const payWhile = async (
  shop: MemoryPlatform,
  { orderId, slowly = false }: { readonly orderId: string; readonly slowly?: boolean },
  webhook: (paid: Promise<void>) => Promise<void>,
): Promise<void> => {
  const paid = Promise.withResolvers<void>()
  let heard: Promise<void> | undefined
  const { provider } = shop.payments
  const confirmIntent: typeof provider.confirmIntent = async (request) => {
    const view = await provider.confirmIntent(request)
    heard = webhook(paid.promise)
    if (slowly) await heard
    return view
  }
  await pay(orderId, shop.boot({ provider: { ...provider, confirmIntent } }))
  paid.resolve()
  await heard
}

describe('a webhook that comes to another process than the one that pays', () => {
  test('waits until the payment has ended, and then does not ask the provider', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    let [asked, waits] = [-1, 0]
    await payWhile(shop, { orderId }, async (paid) => {
      const other = elsewhere(shop, () => paid)
      asked = await other.hear(told(orderId, 'authorized'))
      waits = other.pause.mock.calls.length
    })
    expect([asked, waits]).toEqual([0, 1])
    expect((await shop.order(orderId)).status).toBe('confirmed')
  })

  test('after the payment neither waits nor asks the provider', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports)
    const other = elsewhere(shop)
    expect([await other.hear(told(orderId, 'captured')), other.pause.mock.calls.length]).toEqual([0, 0])
  })

  test('asks the provider at once if no process works on the order', async () => {
    const shop = await openShop()
    const orderId = await awaitingShopper(shop)
    shop.payments.changeOutside('pi_1', { type: 'authorized', authorizedUntil: null })
    const other = elsewhere(shop)
    expect(await other.hear(told(orderId, 'authorized'))).toBeGreaterThan(0)
    expect(other.pause).not.toHaveBeenCalled()
    expect((await shop.order(orderId)).status).toBe('confirmed')
  })

  test('asks the provider if the other process takes too long', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    let [asked, waits] = [-1, 0]
    await payWhile(shop, { orderId, slowly: true }, async () => {
      const other = elsewhere(shop)
      asked = await other.hear(told(orderId, 'authorized'))
      waits = other.pause.mock.calls.length
    })
    expect(asked).toBeGreaterThan(0)
    expect(waits).toBe(3)
    expect((await shop.order(orderId)).status).toBe('confirmed')
  })
})
