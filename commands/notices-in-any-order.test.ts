// All sequences in which the notices of one payment can arrive, repeated ones included. Each read of the object answers its
// state at the time of its notice, like a read from a lagging replica, so the facts themselves reach the order in every
// sequence. In between the order goes on with its own calls. Whatever came first, the order must end the same.
import { describe, expect, test } from 'vitest'
import { paymentSummary } from '#domain/order/answers.ts'
import { orderStream } from '#domain/streams.ts'
import type { ObjectNotice } from './payment-notice.ts'
import type { IntentViewStatus } from './payment-provider.ts'
import { recordPaymentNotice } from './record-payment-notice.ts'
import { type MemoryPlatform, origin, type Process } from './testing/memory-platform.ts'
import { drive, openShop, pay, placed, sweepFor, total } from './testing/shop.ts'

const facts = ['requires_action', 'authorized', 'captured', 'refunded', 'disputed'] as const
type Fact = (typeof facts)[number]

const refunded = 1_000
/** 1,800 orders from their placing to their end: some seconds on an idle machine. */
const manyMilliseconds = 120_000

const orders = (items: readonly Fact[]): ReadonlyArray<readonly Fact[]> =>
  items.length === 0 ? [[]] : items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

/** All distinct sequences of the five facts with one of them repeated. */
const withOneDouble = (): ReadonlyArray<readonly Fact[]> => {
  const sequences = orders(facts).flatMap((order) =>
    facts.flatMap((double) => Array.from({ length: order.length + 1 }, (_, at) => order.toSpliced(at, 0, double))),
  )
  return [...new Map(sequences.map((sequence) => [sequence.join(' '), sequence])).values()]
}

const then: Readonly<Record<Fact, IntentViewStatus>> = {
  requires_action: { type: 'requires_action' },
  authorized: { type: 'authorized', authorizedUntil: null },
  captured: { type: 'captured', capturedAmount: total },
  refunded: { type: 'captured', capturedAmount: total },
  disputed: { type: 'captured', capturedAmount: total },
}

const noticeOf = (fact: Fact, { refund, dispute }: { readonly refund: string; readonly dispute: string }) => {
  const named = { eventId: `evt_${fact}`, provider: 'acme', type: fact }
  switch (fact) {
    case 'refunded':
      return { ...named, kind: 'refund', providerObjectId: refund } as const
    case 'disputed':
      return { ...named, kind: 'dispute', providerObjectId: dispute } as const
    default:
      return { ...named, kind: 'intent', providerObjectId: 'pi_1' } as const
  }
}

/** A process whose reads of the payment answer its state at the time of the notice. */
const lagging = (shop: MemoryPlatform, fact: Fact): Process => {
  const { provider } = shop.payments
  return shop.boot({
    provider: {
      ...provider,
      readIntent: async (object) => ({ ...(await provider.readIntent(object)), status: then[fact] }),
    },
  })
}

/** A payment that its shopper completed, and that was refunded in part and disputed in part, all at the provider. */
const given = async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
  shop.payments.changeOutside('pi_1', { type: 'captured', capturedAmount: total })
  const objects = { refund: shop.payments.refundByHand('pi_1', refunded), dispute: shop.payments.dispute('pi_1', 500) }
  const tell = async (fact: Fact) => {
    const notice: ObjectNotice = noticeOf(fact, objects)
    return recordPaymentNotice(notice, origin(notice.eventId), lagging(shop, fact))
  }
  return { shop, orderId, tell }
}

const endOf = async (orderId: string, shop: MemoryPlatform) => {
  const order = await shop.order(orderId)
  return {
    status: order.status,
    payment: paymentSummary(order),
    phases: order.attempts.map(({ phase }) => phase),
    refunds: order.refunds.map(({ phase, amount, objects }) => ({ phase, amount, objects })),
    disputes: order.disputes.map(({ disputeId, amount }) => ({ disputeId, amount })),
    attention: order.attention.map(({ reason, detail, state }) => ({ reason, detail, state })),
    unsettled: order.unsettled,
    levels: await shop.levels('CUP'),
    net: shop.payments.net(),
    kept: shop.log.all().filter(({ type }) => type === 'ProviderEventReceived').length,
  }
}

const end = {
  status: 'confirmed',
  payment: {
    status: 'partially_refunded',
    attempt: 1,
    declineCode: null,
    amountCaptured: total,
    amountRefunded: refunded,
  },
  phases: ['captured'],
  refunds: [
    {
      phase: 'refunded',
      amount: refunded,
      objects: [{ providerObjectId: 're_1', amount: refunded, failed: false }],
    },
  ],
  disputes: [{ disputeId: 'dp_1', amount: 500 }],
  attention: [{ reason: 'payment_disputed', detail: 'dispute dp_1: fraudulent', state: 'open' }],
  unsettled: [],
  levels: { onHand: 10, held: 0, committed: 2 },
  net: total - refunded,
  kept: 0,
}

const once = ['PaymentActionRequired', 'PaymentCaptured', 'OrderConfirmed', 'PaymentRefunded', 'PaymentDisputed']

/** All sequences must end like this, with each fact in the stream once. */
const expectTheEnd = async (orderId: string, shop: MemoryPlatform, sequence: readonly string[]): Promise<void> => {
  const types = shop.typesOf(orderStream(orderId))
  const doubles = types.filter((type, at) => once.includes(type) && types.indexOf(type) !== at)
  expect({ sequence, doubles, ...(await endOf(orderId, shop)) }).toEqual({ sequence, doubles: [], ...end })
}

describe('lesson: a provider’s notices in any order, doubled, between the order’s own calls', () => {
  test('all five facts, one of them twice, have the same result', { timeout: manyMilliseconds }, async () => {
    const sequences = withOneDouble()
    expect(sequences).toHaveLength(1_800)
    for (const sequence of sequences) {
      const { shop, orderId, tell } = await given()
      for (const fact of sequence) await (await tell(fact)).followUp()
      await sweepFor(orderId, shop, 2)
      await expectTheEnd(orderId, shop, sequence)
    }
  })

  test('each order of them with a sweep at every place', { timeout: manyMilliseconds }, async () => {
    for (const sequence of orders(facts))
      for (let place = 0; place <= sequence.length; place += 1) {
        const { shop, orderId, tell } = await given()
        for (const [at, fact] of sequence.entries()) {
          if (at === place) {
            await shop.pass(11)
            await drive(orderId, shop.boot())
          }
          await tell(fact)
        }
        await sweepFor(orderId, shop, 2)
        await expectTheEnd(orderId, shop, [...sequence, `sweep at ${place}`])
      }
  })

  test('all of them at once, twice each', async () => {
    const { shop, orderId, tell } = await given()
    const told = await Promise.all([...facts, ...facts].map(tell))
    await Promise.all(told.map(({ followUp }) => followUp()))
    await sweepFor(orderId, shop, 2)
    await expectTheEnd(orderId, shop, ['all at once'])
  })
})

test.each([3, 50])('lesson: the same webhook %i times at once is one fact', async (times) => {
  const { shop, orderId } = await given()
  const tell = async (notice: ObjectNotice) => {
    const { followUp } = await recordPaymentNotice(notice, origin(notice.eventId), shop.boot())
    await followUp()
  }
  for (const fact of ['captured', 'refunded', 'disputed'] as const) {
    const notice = noticeOf(fact, { refund: 're_1', dispute: 'dp_1' })
    await Promise.all(Array.from({ length: times }, () => tell(notice)))
  }
  await sweepFor(orderId, shop, 2)
  await expectTheEnd(orderId, shop, [`${times} times`])
})
