import { describe, expect, test } from 'vitest'
import { orderStream, providerStream } from '#domain/streams.ts'
import { changeOrder } from './change-order.ts'
import { type PaymentNotice, recordPaymentNotice } from './record-payment-notice.ts'
import { id, type MemoryPlatform, origin, type Process } from './testing/memory-platform.ts'
import { openShop, pay, placed, sweepFor, total } from './testing/shop.ts'

const intentNotice = (
  orderId: string | undefined,
  change: Partial<Extract<PaymentNotice, { readonly kind: 'intent' }>> = {},
): PaymentNotice => ({
  eventId: 'evt_1',
  type: 'payment_intent.amount_capturable_updated',
  kind: 'intent',
  providerObjectId: 'pi_1',
  orderId,
  attempt: 1,
  ...change,
})

/** Told, answered, and followed up. */
const tell = async (notice: PaymentNotice, ports: Process): Promise<void> => {
  const { followUp } = await recordPaymentNotice(notice, origin(notice.eventId), ports)
  await followUp()
}
const waiting = async (shop: MemoryPlatform): Promise<string> => {
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
  return orderId
}
const kept = (shop: MemoryPlatform): number =>
  shop.log.all().filter(({ type }) => type === 'ProviderEventReceived').length

describe('a payment that its shopper completed', () => {
  test('is a sale, told once or many times at once', async () => {
    const shop = await openShop()
    const orderId = await waiting(shop)
    shop.payments.happen('pi_1', { type: 'authorized', authorizedUntil: null })
    const processes = [shop.boot(), shop.boot(), shop.boot()]
    await Promise.all(processes.map((ports) => tell(intentNotice(orderId), ports)))
    await tell(intentNotice(orderId), shop.boot())
    await sweepFor(orderId, shop)
    expect((await shop.order(orderId)).status).toBe('confirmed')
    for (const type of ['PaymentAuthorized', 'PaymentCaptured', 'OrderConfirmed'])
      expect(shop.typesOf(orderStream(orderId)).filter((found) => found === type)).toEqual([type])
    expect(shop.payments.net()).toBe(total)
  })

  test('told late and out of order: what is true now counts', async () => {
    const shop = await openShop()
    const orderId = await waiting(shop)
    shop.payments.happen('pi_1', { type: 'captured', capturedAmount: total })
    await tell(intentNotice(orderId, { eventId: 'evt_2', type: 'payment_intent.succeeded' }), shop.ports)
    await tell(intentNotice(orderId, { eventId: 'evt_1', type: 'payment_intent.requires_action' }), shop.ports)
    expect((await shop.order(orderId)).status).toBe('confirmed')
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 2 })
  })

  test('on an order that was cancelled meanwhile: given back, once', async () => {
    const shop = await openShop()
    const orderId = await waiting(shop)
    shop.payments.fail('voidIntent', 'before')
    await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), shop.ports)
    shop.payments.happen('pi_1', { type: 'captured', capturedAmount: total })
    await tell(intentNotice(orderId), shop.ports)
    await tell(intentNotice(orderId), shop.boot())
    await sweepFor(orderId, shop)
    expect((await shop.order(orderId)).status).toBe('cancelled')
    expect(shop.payments.refunds.map(({ amount }) => amount)).toEqual([total])
  })
})

test('a notice before our own append: each finds what the other did', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  const { provider } = shop.payments
  const ports = {
    ...shop.ports,
    provider: {
      ...provider,
      confirmIntent: async (asked: Parameters<typeof provider.confirmIntent>[0]) => {
        const view = await provider.confirmIntent(asked)
        await tell(intentNotice(orderId), shop.boot())
        return view
      },
    },
  }
  expect(await pay(orderId, ports)).toMatchObject({ status: 'confirmed' })
  expect(shop.payments.net()).toBe(total)
  expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentCaptured')).toHaveLength(1)
})

test('a notice whose object was made, though nobody heard: its attempt is found by number', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  shop.payments.fail('createIntent', 'after')
  await pay(orderId, shop.ports)
  await tell(intentNotice(orderId, { type: 'payment_intent.created' }), shop.ports)
  expect((await shop.order(orderId)).status).toBe('confirmed')
  expect(shop.payments.intents).toHaveLength(1)
})

describe('what is not ours', () => {
  test('an order that is not known is kept once: its id and type, nothing else', async () => {
    const shop = await openShop()
    await waiting(shop)
    await Promise.all([1, 2, 3].map(() => tell(intentNotice(id('unknown')), shop.boot())))
    const [event, ...others] = shop.eventsOf(providerStream('evt_1'))
    expect(others).toEqual([])
    expect(event?.data).toEqual({
      at: shop.now(),
      commandId: expect.any(String),
      provider: 'stripe',
      providerEventId: 'evt_1',
      providerObjectId: 'pi_1',
      eventType: 'payment_intent.amount_capturable_updated',
    })
  })

  const foreign: readonly PaymentNotice[] = [
    intentNotice(undefined),
    intentNotice('their order 7'),
    { eventId: 'evt_2', type: 'customer.created', kind: 'other', providerObjectId: 'cus_1' },
  ]
  for (const notice of foreign)
    test(`${notice.type} ${'orderId' in notice ? notice.orderId : ''} is let pass`, async () => {
      const shop = await openShop()
      await waiting(shop)
      const before = shop.log.all().length
      const asked = shop.payments.calls.length
      await tell(notice, shop.ports)
      expect(shop.log.all()).toHaveLength(before)
      expect(shop.payments.calls).toHaveLength(asked)
    })

  test('a dispute is kept for people', async () => {
    const shop = await openShop()
    const dispute = { kind: 'dispute', providerObjectId: 'dp_1', paymentObjectId: 'pi_1' } as const
    await tell({ eventId: 'evt_3', type: 'charge.dispute.created', ...dispute }, shop.ports)
    expect(kept(shop)).toBe(1)
  })
})

test('a provider that cannot be asked: the notice is not taken, and comes again', async () => {
  const shop = await openShop()
  const orderId = await waiting(shop)
  shop.payments.setDown(true)
  await expect(recordPaymentNotice(intentNotice(orderId), origin('evt_1'), shop.ports)).rejects.toThrow('no answer')
  expect(kept(shop)).toBe(0)
})

describe('a refund', () => {
  const refunding = async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports)
    shop.payments.refundAs({ type: 'pending' })
    await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), shop.ports)
    const refundId = shop.payments.refunds[0]?.refundId
    const notice = (providerObjectId = 're_1', eventId = 'evt_r'): PaymentNotice => ({
      eventId,
      type: 'refund.updated',
      kind: 'refund',
      providerObjectId,
      paymentObjectId: 'pi_1',
      orderId,
      refundId,
    })
    return { shop, orderId, notice }
  }
  const refundTypes = (shop: MemoryPlatform, orderId: string): readonly string[] =>
    shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentRefunded' || type === 'RefundFailed')

  test('still pending says nothing; then it went through, told twice', async () => {
    const { shop, orderId, notice } = await refunding()
    await tell(notice(), shop.ports)
    expect(refundTypes(shop, orderId)).toEqual([])
    shop.payments.settleRefund('re_1', { type: 'refunded' })
    await tell(notice(), shop.ports)
    await tell(notice(), shop.boot())
    expect(refundTypes(shop, orderId)).toEqual(['PaymentRefunded'])
  })

  test('that fails after it went through asks for a person, and is made again when resumed', async () => {
    const { shop, orderId, notice } = await refunding()
    shop.payments.settleRefund('re_1', { type: 'refunded' })
    await tell(notice(), shop.ports)
    shop.payments.settleRefund('re_1', { type: 'failed', reason: 'lost_or_stolen_card' })
    await tell(notice(), shop.ports)
    expect(refundTypes(shop, orderId)).toEqual(['PaymentRefunded', 'RefundFailed'])
    expect((await shop.order(orderId)).attention).toMatchObject([{ reason: 'refund_failed', state: 'open' }])

    shop.payments.refundAs({ type: 'refunded' })
    const resume = { type: 'ResolveAttention', action: 'resume', reason: 'other card' } as const
    await changeOrder(orderId, resume, origin('resume'), shop.ports)
    await tell(notice(), shop.ports)
    expect(refundTypes(shop, orderId)).toEqual(['PaymentRefunded', 'RefundFailed', 'PaymentRefunded'])
    expect(shop.payments.net()).toBe(0)
    expect((await shop.order(orderId)).attention).toEqual([])
  })

  test('of several objects: the notice is about its own, however the provider lists them', async () => {
    const { shop, orderId, notice } = await refunding()
    shop.payments.settleRefund('re_1', { type: 'failed', reason: 'expired_card' })
    await tell(notice(), shop.ports)
    const resume = { type: 'ResolveAttention', action: 'resume', reason: 'again' } as const
    await changeOrder(orderId, resume, origin('resume'), shop.ports)
    shop.payments.settleRefund('re_2', { type: 'refunded' })
    const { provider, refunds } = shop.payments
    const oldestFirst = {
      ...provider,
      findRefund: async ({ failedObjectIds }: { readonly failedObjectIds: readonly string[] }) => {
        const found = refunds.findLast((refund) => !failedObjectIds.includes(refund.id))
        return found && { providerObjectId: found.id, amount: found.amount, status: found.status }
      },
    }
    await tell(notice('re_2'), shop.boot({ provider: oldestFirst }))
    expect(refundTypes(shop, orderId)).toEqual(['RefundFailed', 'PaymentRefunded'])
  })
})
