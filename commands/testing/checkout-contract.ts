import { beforeEach, describe, expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import type { Instant } from '#domain/values/instant.ts'
import { changeOrder } from '../change-order.ts'
import { type PaymentProvider, ProviderOutcomeUnknown, ProviderRefused } from '../payment-provider.ts'
import type { Transfers } from '../transfers.ts'
import { id, type MemoryPlatform, origin, type Process } from './memory-platform.ts'
import { openShop, pay, placed, sweepFor, total } from './shop.ts'

// The contract of a payment provider. Every implementation runs this suite: each call of the port alone, and whole orders
// through the real use cases.

export type CheckoutProcess = Process & { readonly transfers: Transfers | undefined }

export type ProviderUnderTest = {
  readonly provider: PaymentProvider
  readonly transfers: Transfers | undefined
  /** The money of the order's last payment arrives and is reported to the order, whatever the order's status is by then. */
  readonly arrive: (orderId: string, providerObjectId: string, process: CheckoutProcess) => Promise<void>
  /** What staff have to do before refunds are done. */
  readonly giveBack: (orderId: string, process: CheckoutProcess) => Promise<void>
  /** Over all objects of the provider, in minor units. Refunds count after they are done. */
  readonly ledger: () => Promise<{ readonly objects: number; readonly captured: number; readonly refunded: number }>
}

type Call = 'createIntent' | 'confirmIntent' | 'captureIntent' | 'voidIntent' | 'refund'

/** The provider, but the first call of this name is lost before it is done, or its answer is lost. */
const losing = (provider: PaymentProvider, name: Call, when: 'before' | 'after'): PaymentProvider => {
  let isLost = false
  const lost =
    <Asked, Answer>(call: (asked: Asked) => Promise<Answer>) =>
    async (asked: Asked): Promise<Answer> => {
      const isFirst = !isLost
      isLost = true
      if (isFirst && when === 'before') throw new ProviderOutcomeUnknown(`${name}: lost`)
      const answer = await call(asked)
      if (isFirst) throw new ProviderOutcomeUnknown(`${name}: the answer is lost`)
      return answer
    }
  switch (name) {
    case 'createIntent':
      return { ...provider, createIntent: lost(provider.createIntent) }
    case 'confirmIntent':
      return { ...provider, confirmIntent: lost(provider.confirmIntent) }
    case 'captureIntent':
      return { ...provider, captureIntent: lost(provider.captureIntent) }
    case 'voidIntent':
      return { ...provider, voidIntent: lost(provider.voidIntent) }
    default:
      return { ...provider, refund: lost(provider.refund) }
  }
}

const paymentMethod = 'pm_card'
const wanted = { orderId: id('an order'), attempt: 1, amount: total, currency: 'EUR', paymentMethod }

export const checkoutContract = (name: string, open: (now: () => Instant) => Promise<ProviderUnderTest>): void => {
  let shop: MemoryPlatform
  let under: ProviderUnderTest
  beforeEach(async () => {
    shop = await openShop()
    under = await open(shop.now)
  })

  const boot = (provider = under.provider): CheckoutProcess => ({
    ...shop.boot({ provider }),
    transfers: under.transfers,
  })
  const cancel = (orderId: string, process: CheckoutProcess) =>
    changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), process)
  const lookAt = (orderId: string, process: CheckoutProcess) => sweepFor(orderId, { ...shop, boot: () => process })
  const objectOf = async (orderId: string): Promise<string> => {
    const [attempt] = (await shop.order(orderId)).attempts
    return attempt !== undefined && 'providerObjectId' in attempt ? attempt.providerObjectId : ''
  }
  const arrive = async (orderId: string, process: CheckoutProcess): Promise<void> =>
    under.arrive(orderId, await objectOf(orderId), process)

  describe(`the payment provider: ${name}`, () => {
    test('makes one object of an attempt, which moves no money, and finds it again', async () => {
      const { provider } = under
      const made = await provider.createIntent(wanted)
      expect(made).toMatchObject({
        amount: total,
        status: { type: 'created' },
        order: { orderId: wanted.orderId, attempt: 1 },
      })
      expect(await provider.createIntent(wanted)).toEqual(made)
      expect(await provider.findIntent({ ...wanted, since: shop.now() })).toEqual(made)
      expect(await provider.findIntent({ ...wanted, attempt: 2, since: shop.now() })).toBeUndefined()
      expect(await provider.readIntent(made.providerObjectId)).toEqual(made)
      expect(await under.ledger()).toEqual({ objects: 1, captured: 0, refunded: 0 })
    })

    test('authorizes once it is confirmed, and is void once it is voided, however often it is asked', async () => {
      const { provider } = under
      const { providerObjectId } = await provider.createIntent(wanted)
      const intent = { ...wanted, providerObjectId }
      const confirmed = await provider.confirmIntent(intent)
      expect(confirmed.status.type).toBe('authorized')
      await shop.pass(60)
      expect(await provider.confirmIntent(intent)).toEqual(confirmed)
      expect(await provider.readIntent(providerObjectId)).toEqual(confirmed)
      for (const call of [provider.voidIntent, provider.confirmIntent, provider.voidIntent])
        expect((await call(intent)).status).toEqual({ type: 'voided' })
      expect((await provider.captureIntent({ ...intent, amount: total })).status).toEqual({ type: 'voided' })
      expect(await under.ledger()).toMatchObject({ captured: 0 })
    })

    test('shows no object that it does not have', async () => {
      const { provider } = under
      for (const call of [provider.readIntent, provider.readRefund, provider.readDispute])
        await expect(call('gone_1')).rejects.toThrow(ProviderRefused)
      const intent = { ...wanted, providerObjectId: 'gone_1' }
      for (const call of [provider.confirmIntent, provider.voidIntent])
        await expect(call(intent)).rejects.toThrow(ProviderRefused)
    })

    test('makes a refund once, and never gives back more than was captured', async () => {
      const process = boot()
      const orderId = await placed(process)
      await pay(orderId, process)
      const paymentObjectId = await objectOf(orderId)
      const refund = { orderId, refundId: id('refund'), paymentObjectId, failedObjectIds: [], amount: 1_000 }
      const tooMuch = { ...refund, refundId: id('too much'), amount: total }
      await arrive(orderId, process)
      const { provider } = under
      expect(await provider.findRefund(refund)).toBeUndefined()
      const made = await provider.refund(refund)
      expect(made).toMatchObject({ refundId: refund.refundId, paymentObjectId, amount: 1_000 })
      expect(await provider.refund(refund)).toEqual(made)
      expect(await provider.findRefund(refund)).toEqual(made)
      expect(await provider.readRefund(made.providerObjectId)).toEqual(made)
      await expect(provider.refund(tooMuch)).rejects.toThrow(ProviderRefused)
      expect(await provider.findRefund(tooMuch)).toBeUndefined()
    })
  })

  describe(`checkout by ${name}`, () => {
    test('is a sale of one captured payment, reported once or often', async () => {
      const process = boot()
      const orderId = await placed(process)
      await pay(orderId, process)
      await arrive(orderId, process)
      await arrive(orderId, boot())
      await lookAt(orderId, boot())
      const order = await shop.order(orderId)
      expect(order).toMatchObject({ status: 'confirmed', attention: [], refunds: [], unsettled: [] })
      expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentCaptured')).toHaveLength(1)
      expect(await under.ledger()).toEqual({ objects: 1, captured: total, refunded: 0 })
      expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 2 })
    })

    test('waits for the merchant where confirmation is manual', async () => {
      const process = boot()
      const orderId = await placed(process, { confirm: 'manual' })
      expect(await pay(orderId, process)).toMatchObject({ status: 'authorized' })
      expect((await shop.order(orderId)).stock.type).toBe('held')
      await changeOrder(orderId, { type: 'RequestConfirmation' }, origin('confirm'), process)
      await arrive(orderId, process)
      expect((await shop.order(orderId)).status).toBe('confirmed')
    })

    test('cancelled before the money came, takes none and lets the stock go', async () => {
      const process = boot()
      const orderId = await placed(process, { confirm: 'manual' })
      await pay(orderId, process)
      await cancel(orderId, process)
      await lookAt(orderId, boot())
      expect(await shop.order(orderId)).toMatchObject({ status: 'cancelled', refunds: [], unsettled: [] })
      expect(await under.ledger()).toEqual({ objects: 1, captured: 0, refunded: 0 })
      expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
    })

    test.each([
      ['after', false],
      ['before', true],
    ])('gives the money back that came %s the order was cancelled', async (_, isSold) => {
      const process = boot()
      const orderId = await placed(process, { confirm: 'manual' })
      await pay(orderId, process)
      if (isSold) await arrive(orderId, process)
      await cancel(orderId, process)
      await arrive(orderId, process)
      await lookAt(orderId, boot())
      await under.giveBack(orderId, process)
      await under.giveBack(orderId, boot())
      await lookAt(orderId, boot())
      const order = await shop.order(orderId)
      expect(order).toMatchObject({
        status: 'cancelled',
        refunds: [{ phase: 'refunded', amount: total }],
        attention: [],
      })
      expect(await under.ledger()).toEqual({ objects: 1, captured: total, refunded: total })
    })

    test.each(
      (['createIntent', 'confirmIntent', 'captureIntent'] as const).flatMap((call) =>
        (['before', 'after'] as const).map((when) => [call, when] as const),
      ),
    )('is the same sale where %s is lost, %s it was done', async (call, when) => {
      const process = boot(losing(under.provider, call, when))
      const orderId = await placed(process)
      await pay(orderId, process)
      await lookAt(orderId, boot())
      await arrive(orderId, boot())
      await lookAt(orderId, boot())
      expect(await shop.order(orderId)).toMatchObject({ status: 'confirmed', attention: [] })
      expect(await under.ledger()).toEqual({ objects: 1, captured: total, refunded: 0 })
    })

    test.each([
      ['voidIntent', 'before'],
      ['voidIntent', 'after'],
      ['refund', 'before'],
      ['refund', 'after'],
    ] as const)('ends the same where %s is lost, %s it was done', async (call, when) => {
      const process = boot(losing(under.provider, call, when))
      const orderId = await placed(process, { confirm: 'manual' })
      await pay(orderId, process)
      if (call === 'refund') await arrive(orderId, process)
      await cancel(orderId, process)
      await lookAt(orderId, boot())
      await under.giveBack(orderId, boot())
      await lookAt(orderId, boot())
      expect(await shop.order(orderId)).toMatchObject({ status: 'cancelled', attention: [], unsettled: [] })
      const { captured, refunded } = await under.ledger()
      expect(captured - refunded).toBe(0)
    })
  })
}
