import { describe, expect, test } from 'vitest'
import { paymentSummary } from '#domain/order/answers.ts'
import { orderStream, providerStream } from '#domain/streams.ts'
import { changeOrder } from './change-order.ts'
import type { PaymentNotice } from './payment-notice.ts'
import type { OrderAttempt } from './payment-provider.ts'
import { recordPaymentNotice } from './record-payment-notice.ts'
import { id, type MemoryPlatform, origin, type Process } from './testing/memory-platform.ts'
import {
  cancels,
  givenOrder,
  needsAttention,
  type OrderWorld,
  orderIs,
  paymentChanges,
  paymentObjects,
  pays,
  providerFails,
  providerIsBack,
  providerIsDown,
  providerKeeps,
  refundChanges,
  refundsEndAs,
  resumes,
  swept,
  webhookComes,
  webhookComesElsewhere,
} from './testing/paying.ts'
import { givenShop, levelsAre, type ShopWorld } from './testing/reserving.ts'
import type { Expectation } from './testing/scenario.ts'
import { awaitingShopper, openShop, pay, placed, receiveNotice, sweepFor, total } from './testing/shop.ts'

const provider = 'acme'
const intentNotice = (change: { readonly eventId?: string; readonly type?: string } = {}): PaymentNotice => ({
  eventId: 'evt_1',
  provider,
  type: 'payment_intent.amount_capturable_updated',
  kind: 'intent',
  providerObjectId: 'pi_1',
  ...change,
})

const asksShopper = pays({ paymentMethod: 'pm_action' })
const paid = paymentChanges({ type: 'captured', capturedAmount: total })

const kept = (shop: MemoryPlatform): number =>
  shop.log.all().filter(({ type }) => type === 'ProviderEventReceived').length

const noticesKept =
  (count: number): Expectation<ShopWorld, unknown> =>
  ({ shop }) =>
    expect(kept(shop)).toBe(count)

describe('a payment that its shopper completed', () => {
  test('becomes a sale, whether reported once or many times at once', async () => {
    const shop = await openShop()
    const orderId = await awaitingShopper(shop)
    shop.payments.changeOutside('pi_1', { type: 'authorized', authorizedUntil: null })
    const processes = [shop.boot(), shop.boot(), shop.boot()]
    await Promise.all(processes.map((ports) => receiveNotice(intentNotice(), ports)))
    await receiveNotice(intentNotice(), shop.boot())
    await sweepFor(orderId, shop)
    expect((await shop.order(orderId)).status).toBe('confirmed')
    for (const type of ['PaymentAuthorized', 'PaymentCaptured', 'OrderConfirmed'])
      expect(shop.typesOf(orderStream(orderId)).filter((found) => found === type)).toEqual([type])
    expect(shop.payments.net()).toBe(total)
  })

  test('reported late and out of order has the current state of its object', () =>
    givenOrder(asksShopper, paid, webhookComes(intentNotice({ eventId: 'evt_2', type: 'payment_intent.succeeded' })))
      .when(webhookComes(intentNotice({ eventId: 'evt_1', type: 'payment_intent.requires_action' })))
      .then(orderIs('confirmed'), levelsAre('CUP', 10, 0, 2)))

  test('on an order that was cancelled meanwhile is refunded once', () =>
    givenOrder(asksShopper, providerFails('voidIntent', 'before'), cancels, paid, webhookComes(intentNotice()))
      .when(webhookComesElsewhere(intentNotice()))
      .then(swept, orderIs('cancelled'), ({ shop }) =>
        expect(shop.payments.refunds.map(({ amount }) => amount)).toEqual([total]),
      ))
})

test('a webhook before the answer to the API: each finds what the other did', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  const { provider } = shop.payments
  const ports = shop.boot({
    provider: {
      ...provider,
      confirmIntent: async (asked) => {
        const view = await provider.confirmIntent(asked)
        await receiveNotice(intentNotice(), shop.boot())
        return view
      },
    },
  })
  expect(await pay(orderId, ports)).toMatchObject({ status: 'confirmed' })
  expect(shop.payments.net()).toBe(total)
  expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentCaptured')).toHaveLength(1)
})

test('a notice about an object whose creation got no answer finds its attempt by number', () =>
  givenOrder(providerFails('createIntent', 'after'), pays())
    .when(webhookComes(intentNotice({ type: 'payment_intent.created' })))
    .then(orderIs('confirmed'), paymentObjects('captured')))

/** An intent at the provider, and the order that its view names. */
const madeElsewhere = async (shop: MemoryPlatform, order: OrderAttempt | null): Promise<Process> => {
  const { provider } = shop.payments
  await provider.createIntent({ orderId: id('theirs'), attempt: 1, amount: 900, currency: 'EUR', paymentMethod: 'pm' })
  return shop.boot({
    provider: { ...provider, readIntent: async (object) => ({ ...(await provider.readIntent(object)), order }) },
  })
}

describe('an order that is not known', () => {
  test('is kept once, with its ids, type and kind only', async () => {
    const shop = await openShop()
    await awaitingShopper(shop)
    const ports = await madeElsewhere(shop, { orderId: id('unknown'), attempt: 1 })
    await Promise.all([1, 2, 3].map(() => receiveNotice(intentNotice(), ports)))
    await receiveNotice(intentNotice(), await madeElsewhere(shop, { orderId: id('unknown'), attempt: 1 }))
    const [event, ...others] = shop.eventsOf(providerStream('evt_1'))
    expect(others).toEqual([])
    expect(event?.data).toEqual({
      at: shop.now(),
      commandId: expect.any(String),
      provider: 'acme',
      providerEventId: 'evt_1',
      providerObjectId: 'pi_1',
      eventType: 'payment_intent.amount_capturable_updated',
      kind: 'intent',
    })
  })

  test.each(['intent', 'refund', 'dispute'] as const)('of an %s that the provider does not show is kept too', (kind) =>
    givenShop()
      .when(webhookComes({ ...intentNotice(), type: 'of an object', kind, providerObjectId: 'gone_1' }))
      .then(noticesKept(1)),
  )

  test('is not accepted if the log does not answer in time, so the provider sends it again', async () => {
    const shop = await openShop()
    const silent = { ...shop.log, append: () => new Promise<never>(() => undefined) }
    const notice: PaymentNotice = {
      ...intentNotice({ type: 'refund.created' }),
      kind: 'refund',
      providerObjectId: 'gone_1',
    }
    const told = expect(recordPaymentNotice(notice, origin('evt_1'), shop.boot({ log: silent }))).rejects.toThrow(
      'the log has not answered yet',
    )
    await shop.pass(3)
    await told
  })
})

describe('what is not ours is ignored', () => {
  test('a payment without our order on it, with its refunds and disputes', async () => {
    const shop = await openShop()
    const ports = await madeElsewhere(shop, null)
    shop.payments.changeOutside('pi_1', { type: 'captured', capturedAmount: 900 })
    const refund = shop.payments.refundByHand('pi_1', 900)
    const dispute = shop.payments.dispute('pi_1', 900)
    const before = shop.log.all().length
    for (const [kind, providerObjectId] of [
      ['intent', 'pi_1'],
      ['refund', refund],
      ['dispute', dispute],
    ] as const)
      await receiveNotice({ eventId: `evt_${kind}`, provider: 'acme', type: kind, kind, providerObjectId }, ports)
    expect(shop.log.all()).toHaveLength(before)
  })

  test('an event of another kind, without asking the provider', async () => {
    const shop = await openShop()
    const before = shop.log.all().length
    await receiveNotice(
      { eventId: 'evt_2', provider: 'acme', type: 'customer.created', kind: 'other', providerObjectId: 'cus_1' },
      shop.ports,
    )
    expect(shop.log.all()).toHaveLength(before)
    expect(shop.payments.calls).toEqual([])
  })
})

describe('a dispute', () => {
  const disputed = async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports)
    const providerObjectId = shop.payments.dispute('pi_1', 1_500)
    const type = 'charge.dispute.created'
    const notice = (eventId: string): PaymentNotice => ({ eventId, provider, type, kind: 'dispute', providerObjectId })
    return { shop, orderId, notice }
  }

  test('is recorded in its order and calls for attention once, however often and by whatever event it is reported', async () => {
    const { shop, orderId, notice } = await disputed()
    await receiveNotice(notice('evt_1'), shop.ports)
    await Promise.all(
      ['evt_1', 'evt_1', 'evt_2', 'evt_3'].map((eventId) => receiveNotice(notice(eventId), shop.boot())),
    )
    const { disputes, attention, status } = await shop.order(orderId)
    expect(disputes).toEqual([{ disputeId: 'dp_1', attempt: 1, amount: 1_500, reason: 'fraudulent', at: shop.now() }])
    expect(attention).toMatchObject([{ reason: 'payment_disputed', detail: 'dispute dp_1: fraudulent', state: 'open' }])
    expect(status).toBe('confirmed')
    expect(kept(shop)).toBe(0)
  })
})

test('if the provider does not answer, the notice is not accepted and comes again', () =>
  givenOrder(asksShopper, paid, providerIsDown)
    .when(({ shop }) =>
      expect(recordPaymentNotice(intentNotice(), origin('evt_1'), shop.ports)).rejects.toThrow('no answer'),
    )
    .then(
      noticesKept(0),
      orderIs('requires_action'),
      providerIsBack,
      webhookComes(intentNotice()),
      orderIs('confirmed'),
    ))

describe('a refund', () => {
  const refundNotice = (providerObjectId = 're_1'): PaymentNotice => ({
    eventId: 'evt_r',
    provider,
    type: 'refund.updated',
    kind: 'refund',
    providerObjectId,
  })
  const refunded = refundChanges('re_1', { type: 'refunded' })
  const failed = refundChanges('re_1', { type: 'failed', reason: 'lost_or_stolen_card' })
  const reported = webhookComes(refundNotice())
  /** A sold order whose cancellation has made a refund, which the provider is still processing. */
  const givenRefund: typeof givenOrder = (...steps) =>
    givenOrder(pays(), refundsEndAs({ type: 'pending' }), cancels, ...steps)
  const refundEvents =
    (...types: readonly string[]): Expectation<OrderWorld, unknown> =>
    ({ shop, orderId }) => {
      const found = shop.typesOf(orderStream(orderId))
      expect(found.filter((type) => type === 'PaymentRefunded' || type === 'RefundFailed')).toEqual(types)
    }

  test('that is pending is not recorded', () => givenRefund().when(reported).then(refundEvents()))

  test('that succeeded after all is recorded once, though two notices report it', () =>
    givenRefund(reported, refunded, reported)
      .when(webhookComesElsewhere(refundNotice()))
      .then(refundEvents('PaymentRefunded')))

  test('that fails after it succeeded calls for attention, and is made again when resumed', () =>
    givenRefund(refunded, reported, failed)
      .when(reported)
      .then(
        refundEvents('PaymentRefunded', 'RefundFailed'),
        needsAttention('refund_failed'),
        refundsEndAs({ type: 'refunded' }),
        resumes,
        reported,
        refundEvents('PaymentRefunded', 'RefundFailed', 'PaymentRefunded'),
        providerKeeps(0),
        needsAttention(),
      ))

  test('with several objects is found by the object of the notice', () =>
    givenRefund(failed, reported, resumes, refundChanges('re_2', { type: 'refunded' }))
      .when(reported)
      .then(
        refundEvents('RefundFailed'),
        webhookComes(refundNotice('re_2')),
        refundEvents('RefundFailed', 'PaymentRefunded'),
      ))

  test('made on the provider’s own pages counts once each, and is not refunded again', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await pay(orderId, shop.ports)
    const providerObjectId = shop.payments.refundByHand('pi_1', 1_000)
    await Promise.all([1, 2].map(() => receiveNotice(refundNotice(providerObjectId), shop.boot())))
    const second = shop.payments.refundByHand('pi_1', 500)
    await receiveNotice({ ...refundNotice(second), eventId: 'evt_2' }, shop.ports)
    const order = await shop.order(orderId)
    expect(paymentSummary(order)).toMatchObject({ status: 'partially_refunded', amountRefunded: 1_500 })
    expect(order.refunds.map(({ objects }) => objects)).toEqual([
      [{ providerObjectId, amount: 1_000, failed: false }],
      [{ providerObjectId: second, amount: 500, failed: false }],
    ])
    await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), shop.boot())
    expect(shop.payments.refunds.map(({ amount }) => amount)).toEqual([total - 1_500, 500, 1_000])
    expect(shop.payments.net()).toBe(0)
  })
})
