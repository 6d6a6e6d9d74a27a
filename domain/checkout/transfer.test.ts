import { describe, expect, test } from 'vitest'
import type { NeedAttention, OrderCommand } from '../order/commands.ts'
import type { AttentionReason } from '../order/events.ts'
import {
  cancelOrder,
  command,
  id,
  intent,
  refundFact,
  refundOrder,
  requestPayment,
  sale,
  shipOrder,
} from '../testing/order-fixtures.ts'
import { type Scenario, scenario } from '../testing/scenario.ts'
import { next } from './next.ts'

const committed = command('RecordStockCommitted')
const attention = (reason: AttentionReason): OrderCommand => ({
  type: 'NeedAttention',
  commandId: id(reason),
  reason,
  detail: 'nothing came',
})
const resume: OrderCommand = { type: 'ResolveAttention', commandId: id('resume'), action: 'resume', reason: 'looked' }

/** The names of the effects at `at`, and when to look again. */
const nextAt = ({ order }: Scenario, at = 1_000) => {
  const { effects, lookAgainAt } = next(order, at)
  return [effects.map(({ type }) => type), lookAgainAt]
}

describe('a payment that the customer transfers', () => {
  const payBy = 5_000_000
  const issued = intent({ type: 'authorized', authorizedUntil: null, payBy })
  const overdue = [requestPayment(), intent('created'), issued, committed]

  test('needs the stock at once', () => {
    expect(nextAt(scenario(overdue.slice(0, 3)))).toEqual([['commitStock'], 11_000])
  })

  test('is looked for when the customer’s time is over', () => {
    expect(nextAt(scenario(overdue))).toEqual([[], payBy])
    expect(nextAt(scenario(overdue), payBy - 1)).toEqual([[], payBy])
    expect(nextAt(scenario(overdue), payBy)).toEqual([['captureIntent'], payBy])
    expect(next(scenario(overdue).order, payBy).effects).toMatchObject([
      { readFirst: true, dueSince: { at: payBy }, ownedUntil: payBy },
    ])
  })

  test('needs a person when it is overdue, until it is captured or the order ends', () => {
    const marked = scenario([attention('payment_overdue')], { at: payBy, before: overdue })
    expect(nextAt(marked, payBy)).toEqual([[], null])
    const attentionAfter = (...commands: readonly OrderCommand[]) =>
      scenario([attention('payment_overdue'), ...commands], { at: payBy, before: overdue }).order.attention
    expect(attentionAfter()).toHaveLength(1)
    expect(attentionAfter(intent('captured'))).toEqual([])
    expect(attentionAfter(cancelOrder)).toEqual([])
  })

  test('is looked for again at once after a resume', () => {
    const resumed = scenario([attention('payment_overdue'), resume], { at: payBy + 1, before: overdue })
    expect(nextAt(resumed, payBy + 1)).toEqual([['captureIntent'], payBy + 10_001])
  })

  test('is refunded by hand and needs a person until that is recorded', () => {
    const refund = refundOrder('refund', { type: 'amount', amount: refundFact.amount })
    const waiting = scenario([attention('refund_by_hand')], { before: [...overdue, intent('captured'), refund] })
    expect(nextAt(waiting)).toEqual([[], null])
    const { refundId } = waiting.order.refunds[0] ?? refundFact
    const done = { type: 'RecordRefunded', commandId: id('done'), ...refundFact, refundId } as const
    const { attention: left } = scenario([attention('refund_by_hand'), done], {
      before: [...overdue, intent('captured'), refund],
    }).order
    expect(left).toEqual([])
  })
})

describe('a call for attention', () => {
  const refunds = [100, 200].map((amount) => refundOrder(`refund ${amount}`, { type: 'amount', amount }))
  const before = [requestPayment(), intent('captured'), committed, ...refunds]
  const [first, second] = scenario(before).order.refunds
  const about = (reason: AttentionReason, call: Pick<NeedAttention, 'provider' | 'subject'>): OrderCommand => ({
    type: 'NeedAttention',
    commandId: id(reason),
    reason,
    detail: 'three times in a row',
    ...call,
  })
  const dueAfter = (...calls: readonly OrderCommand[]) =>
    next(scenario([...before, ...calls]).order, 1_000).effects.map((effect) => 'refundId' in effect && effect.refundId)

  test.each<AttentionReason>(['refund_failed', 'refund_by_hand'])(
    'because of %s stops the refund that it names',
    (reason) => {
      const provider = first?.provider
      expect(dueAfter(about(reason, { provider, subject: first?.refundId }))).toEqual([second?.refundId])
      expect(dueAfter(about(reason, { provider: 'other', subject: second?.refundId }))).toEqual([
        first?.refundId,
        second?.refundId,
      ])
      expect(dueAfter(about(reason, {}))).toEqual([])
    },
  )

  test('because of a provider stops the calls of that provider alone', () => {
    expect(dueAfter(about('provider_unreachable', { provider: first?.provider }))).toEqual([])
    expect(dueAfter(about('provider_unreachable', { provider: 'other' }))).toHaveLength(2)
  })

  test('stays for each refund until that one is recorded', () => {
    const calls = [first, second].map((refund) => about('refund_by_hand', { subject: refund?.refundId }))
    const done = {
      type: 'RecordRefunded',
      commandId: id('done'),
      ...refundFact,
      refundId: second?.refundId ?? '',
    } as const
    const { attention: left } = scenario([...before, ...calls, done]).order
    expect(left.map(({ subject }) => subject)).toEqual([first?.refundId])
  })

  test('that is closed leaves other stock effects due', () => {
    const shipped = scenario([...sale, shipOrder('one', [{ sku: 'MUG', quantity: 1 }]), shipOrder('two')])
    const [one, two] = shipped.order.unsettled.map(({ since }) => since.revision)
    const { order } = scenario([
      ...sale,
      shipOrder('one', [{ sku: 'MUG', quantity: 1 }]),
      shipOrder('two'),
      about('stock_settlement_failed', { subject: String(one) }),
      { type: 'ResolveAttention', commandId: id('close'), action: 'close', reason: 'counted' },
    ])
    expect(next(order, 1_000).effects).toMatchObject([{ type: 'settleStock', revision: two }])
  })
})
