import { describe, expect, test } from 'vitest'
import { recordIntent } from './checkout/record.ts'
import { openShop, pay, placed, total } from './testing/shop.ts'

describe('after a decline', () => {
  test('the next attempt is a new object, and the old one is voided first', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports, { name: 'first', paymentMethod: 'pm_declined' })
    expect(await pay(orderId, shop.ports, { name: 'second' })).toMatchObject({ status: 'confirmed', declineCode: null })
    expect(shop.payments.calls).toEqual([
      'createIntent',
      'confirmIntent',
      'voidIntent',
      'createIntent',
      'confirmIntent',
      'captureIntent',
    ])
    expect(shop.payments.net()).toBe(total)
  })

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

  test('a payment method that the provider refuses is declined: another can be tried at once', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    shop.payments.fail('confirmIntent', 'refuse')
    expect(await pay(orderId, shop.ports, { name: 'first' })).toMatchObject({
      status: 'declined',
      declineCode: 'refused',
    })
    expect((await shop.order(orderId)).attention).toEqual([])
    expect(await pay(orderId, shop.ports, { name: 'second' })).toMatchObject({ status: 'confirmed' })
    expect(shop.payments.charged()).toHaveLength(1)
  })

  test('a repetition of the declined attempt is answered as declined, although a later one was paid', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    const first = { name: 'first', paymentMethod: 'pm_declined' }
    await pay(orderId, shop.ports, first)
    await pay(orderId, shop.ports, { name: 'second' })
    expect(await pay(orderId, shop.boot(), first)).toMatchObject({
      status: 'declined',
      declineCode: 'insufficient_funds',
    })
  })

  test('an object that was voided at the provider counts as a failed payment', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
    shop.payments.changeOutside('pi_1', { type: 'voided' })
    const view = await shop.payments.provider.readIntent('pi_1')
    await recordIntent({ attempt: 1, provider: 'acme', view }, { orderId, actor: 'test' }, shop.ports)
    expect(await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })).toMatchObject({
      status: 'declined',
      declineCode: null,
    })
    expect(await pay(orderId, shop.ports, { name: 'again' })).toMatchObject({ status: 'confirmed' })
  })
})
