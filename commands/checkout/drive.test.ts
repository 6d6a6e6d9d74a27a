import { describe, expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { changeOrder } from '../change-order.ts'
import { ProviderRefused } from '../payment-provider.ts'
import { type MemoryPlatform, origin, paidBy } from '../testing/memory-platform.ts'
import { cupAndLamp, drive, openShop, pay, placed, sweepFor, total } from '../testing/shop.ts'

const sold = async (shop: MemoryPlatform): Promise<string> => {
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports)
  return orderId
}
const cancel = (orderId: string, { ports }: MemoryPlatform, name = 'cancel') =>
  changeOrder(orderId, { type: 'CancelOrder', note: null }, origin(name), ports)
const resume = (orderId: string, { ports }: MemoryPlatform) =>
  changeOrder(orderId, { type: 'ResolveAttention', action: 'resume', reason: 'back' }, origin('resume'), ports)
const attentionOf = async (orderId: string, shop: MemoryPlatform) =>
  (await shop.order(orderId)).attention.map(({ reason, state }) => ({ reason, state }))

describe('an effect in doubt', () => {
  test('is left for the next look, at least ten seconds later', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    shop.payments.setDown(true)
    await pay(orderId, shop.ports)
    expect(shop.payments.calls).toEqual(['createIntent'])
    expect(shop.wakeUps.at(-1)).toEqual({ orderId, at: shop.now() + 10_000 })

    await shop.pass(60)
    await drive(orderId, shop.ports)
    expect(shop.payments.calls).toEqual(['createIntent', 'findIntent'])
    expect(shop.wakeUps.at(-1)).toEqual({ orderId, at: shop.now() + 10_000 })
  })

  test('is not repeated by the process that tried it, although another effect succeeded', async () => {
    const shop = await openShop()
    const orderId = await sold(shop)
    shop.payments.fail('refund', 'after')
    await cancel(orderId, shop)
    expect(shop.payments.calls.filter((call) => call === 'refund')).toHaveLength(1)
    expect(shop.typesOf(orderStream(orderId)).at(-1)).toBe('OrderStockSettled')

    await sweepFor(orderId, shop)
    expect(shop.payments.calls.slice(-2)).toEqual(['refund', 'findRefund'])
    expect(shop.payments.refunds).toHaveLength(1)
    expect(shop.payments.net()).toBe(0)
  })

  test('that the provider is processing is read once per look', async () => {
    const shop = await openShop()
    const orderId = await sold(shop)
    shop.payments.refundAs({ type: 'pending' })
    await cancel(orderId, shop)
    expect(shop.payments.calls.filter((call) => call === 'refund')).toHaveLength(1)
    await shop.pass(60)
    await drive(orderId, shop.ports)
    expect(shop.payments.calls.filter((call) => call === 'findRefund')).toHaveLength(1)
    expect(shop.wakeUps.at(-1)).toEqual({ orderId, at: shop.now() + 10_000 })

    shop.payments.settleRefund('re_1', { type: 'refunded' })
    await sweepFor(orderId, shop)
    expect(shop.typesOf(orderStream(orderId)).at(-1)).toBe('PaymentRefunded')
  })
})

describe('what fails', () => {
  test('for an hour calls for attention, and goes on when resumed', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    shop.payments.setDown(true)
    await pay(orderId, shop.ports)
    await shop.pass(3_599)
    await drive(orderId, shop.ports)
    expect(await attentionOf(orderId, shop)).toEqual([])
    await shop.pass(1)
    await drive(orderId, shop.ports)
    expect(await attentionOf(orderId, shop)).toEqual([{ reason: 'provider_unreachable', state: 'open' }])

    const asked = shop.payments.calls.length
    await sweepFor(orderId, shop)
    expect(shop.payments.calls).toHaveLength(asked)

    shop.payments.setDown(false)
    await resume(orderId, shop)
    await sweepFor(orderId, shop)
    // The time to pay is over: no effect is begun, and the order expires.
    expect((await shop.order(orderId)).status).toBe('expired')
    expect(shop.payments.charged()).toEqual([])
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
  })

  test('and is refused for good calls for attention at once', async () => {
    const shop = await openShop()
    const orderId = await sold(shop)
    shop.payments.fail('refund', 'refuse')
    await cancel(orderId, shop)
    expect(await attentionOf(orderId, shop)).toEqual([{ reason: 'refund_failed', state: 'open' }])
    await resume(orderId, shop)
    expect(await attentionOf(orderId, shop)).toEqual([])
    expect(shop.payments.net()).toBe(0)
  })

  test('has a detail that fits into the event', async () => {
    const shop = await openShop()
    const orderId = await sold(shop)
    const { provider } = shop.payments
    const refund = () => Promise.reject(new ProviderRefused('no', 'x'.repeat(5_000)))
    await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), {
      ...shop.ports,
      ...paidBy({ ...provider, refund }),
    })
    expect(await attentionOf(orderId, shop)).toEqual([{ reason: 'refund_failed', state: 'open' }])
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

test('at rest it schedules a wake-up at the expiry of the order', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports, { reserving: { lines: cupAndLamp, ttlSeconds: 900 } })
  await drive(orderId, shop.ports)
  expect(shop.wakeUps).toEqual([{ orderId, at: (await shop.order(orderId)).expiresAt }])
})

test('an effect that another process has just begun is not repeated', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  shop.payments.fail('createIntent', 'before')
  await pay(orderId, shop.ports)
  await shop.pass(9)
  await drive(orderId, shop.boot())
  expect(shop.payments.calls).toEqual(['createIntent'])
  expect(shop.wakeUps.at(-1)).toEqual({ orderId, at: shop.now() + 1_000 })
})
