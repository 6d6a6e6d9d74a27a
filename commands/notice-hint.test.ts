import { describe, expect, test } from 'vitest'
import type { PaymentNotice } from './payment-notice.ts'
import type { MemoryPlatform } from './testing/memory-platform.ts'
import { awaitingShopper, openShop, pay, placed, receiveNotice, total } from './testing/shop.ts'

describe('a notice with a hint of what it can tell', () => {
  const confirmedOrder = async (shop: MemoryPlatform): Promise<string> => {
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports)
    return orderId
  }
  const hinted = (orderId: string, phase: 'authorized' | 'captured' | 'voided'): PaymentNotice => ({
    eventId: 'evt_1',
    provider: 'acme',
    type: 'payment_intent.succeeded',
    kind: 'intent',
    providerObjectId: 'pi_1',
    hint: { orderId, attempt: 1, phase },
  })

  test('that this process has recorded itself does not ask the provider', async () => {
    const shop = await openShop()
    const orderId = await confirmedOrder(shop)
    const before = shop.payments.calls.length
    for (const phase of ['authorized', 'captured'] as const) await receiveNotice(hinted(orderId, phase), shop.ports)
    expect(shop.payments.calls).toHaveLength(before)
  })

  test('with news is read at the provider, and so is one of an order that this process does not know', async () => {
    const shop = await openShop()
    const orderId = await awaitingShopper(shop)
    shop.payments.changeOutside('pi_1', { type: 'captured', capturedAmount: total })
    await receiveNotice(hinted(orderId, 'captured'), shop.ports)
    expect((await shop.order(orderId)).status).toBe('confirmed')
    const before = shop.payments.calls.length
    await receiveNotice(hinted(orderId, 'captured'), shop.boot())
    expect(shop.payments.calls.length).toBeGreaterThan(before)
  })

  test('of another object than the known one is read at the provider', async () => {
    const shop = await openShop()
    const orderId = await confirmedOrder(shop)
    const before = shop.payments.calls.length
    const other = { ...hinted(orderId, 'captured'), providerObjectId: 'pi_2' }
    await receiveNotice(other, shop.ports).catch(() => undefined)
    expect(shop.payments.calls.length).toBeGreaterThan(before)
  })
})
