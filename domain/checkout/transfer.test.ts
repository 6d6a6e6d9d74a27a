import { describe, expect, test } from 'vitest'
import type { OrderCommand } from '../order/commands.ts'
import type { AttentionReason } from '../order/events.ts'
import { cancelOrder, command, id, intent, refundFact, refundOrder, requestPayment } from '../testing/order-fixtures.ts'
import { type Story, story } from '../testing/story.ts'
import { next } from './next.ts'

const committed = command('RecordStockCommitted')
const attention = (reason: AttentionReason): OrderCommand => ({
  ...{ type: 'NeedAttention', commandId: id(reason), reason, detail: 'nothing came' },
})
const resume: OrderCommand = { type: 'ResolveAttention', commandId: id('resume'), action: 'resume', reason: 'looked' }

/** The effects by name, and when to look again, at `at`. */
const looked = ({ order }: Story, at = 1_000) => {
  const { effects, lookAgainAt } = next(order, at)
  return [effects.map(({ type }) => type), lookAgainAt]
}

describe('money that the customer transfers', () => {
  const payBy = 5_000_000
  const issued = intent({ type: 'authorized', authorizedUntil: null, payBy })
  const overdue = [requestPayment(), intent('created'), issued, committed]

  test('needs the stock at once', () => {
    expect(looked(story(overdue.slice(0, 3)))).toEqual([['commitStock'], 11_000])
  })

  test('is waited for until its time is over, and then looked for', () => {
    expect(looked(story(overdue))).toEqual([[], payBy])
    expect(looked(story(overdue), payBy - 1)).toEqual([[], payBy])
    expect(looked(story(overdue), payBy)).toEqual([['captureIntent'], payBy])
    expect(next(story(overdue).order, payBy).effects).toMatchObject([
      { seeFirst: true, dueSince: { at: payBy }, ownedUntil: payBy },
    ])
  })

  test('that is overdue is a person’s, until it comes, or the order ends', () => {
    const marked = story([attention('payment_overdue')], { at: payBy, before: overdue })
    expect(looked(marked, payBy)).toEqual([[], null])
    const attentionAfter = (...commands: readonly OrderCommand[]) =>
      story([attention('payment_overdue'), ...commands], { at: payBy, before: overdue }).order.attention
    expect(attentionAfter()).toHaveLength(1)
    expect(attentionAfter(intent('captured'))).toEqual([])
    expect(attentionAfter(cancelOrder)).toEqual([])
  })

  test('is looked for again at once where a person says so', () => {
    const resumed = story([attention('payment_overdue'), resume], { at: payBy + 1, before: overdue })
    expect(looked(resumed, payBy + 1)).toEqual([['captureIntent'], payBy + 10_001])
  })

  test('is given back by hand: a person’s until that is recorded', () => {
    const refund = refundOrder('refund', { type: 'amount', amount: refundFact.amount })
    const waiting = story([attention('refund_by_hand')], { before: [...overdue, intent('captured'), refund] })
    expect(looked(waiting)).toEqual([[], null])
    const { refundId } = waiting.order.refunds[0] ?? refundFact
    const done = { type: 'RecordRefunded', commandId: id('done'), ...refundFact, refundId } as const
    const { attention: left } = story([attention('refund_by_hand'), done], {
      before: [...overdue, intent('captured'), refund],
    }).order
    expect(left).toEqual([])
  })
})
