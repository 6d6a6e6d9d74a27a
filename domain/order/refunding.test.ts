import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { cancelOrder, id, refundFact, refundOrder, requestPayment, sale, total } from '../testing/order-fixtures.ts'
import { type Scenario, scenario } from '../testing/scenario.ts'
import type { OrderCommand } from './commands.ts'
import { capturedAmount, refundableAmount } from './refunds.ts'

const amount = (minorUnits: number) => ({ type: 'amount', amount: minorUnits }) as const
const mugs = (quantity: number) => ({ type: 'lines', lines: [{ sku: 'MUG', quantity }] }) as const
const left = ({ order }: Scenario): number => refundableAmount(order, 'pi_1')

describe('refunding', () => {
  test('asks for units at their price, for an amount, or for the remainder', () => {
    const { order } = scenario([
      ...sale,
      refundOrder('one', mugs(1)),
      refundOrder('two', amount(250)),
      refundOrder('three', { type: 'remainder' }),
    ])
    expect(order.refunds.map((refund) => [refund.amount, refund.lines])).toEqual([
      [1_250, [{ line: 0, quantity: 1 }]],
      [250, []],
      [4_000, []],
    ])
  })

  test.each([
    ['more than was captured', sale, amount(5_501), 'amount_exceeds_refundable'],
    ['more than is left', [...sale, refundOrder('one', amount(5_000))], amount(501), 'amount_exceeds_refundable'],
    [
      'the remainder, if nothing is left',
      [...sale, refundOrder('one', amount(5_500))],
      { type: 'remainder' },
      'amount_exceeds_refundable',
    ],
    ['more units than were sold', sale, mugs(3), 'quantity_exceeds_unrefunded'],
    ['units refunded already', [...sale, refundOrder('one', mugs(2))], mugs(1), 'quantity_exceeds_unrefunded'],
    ['units never sold', sale, { type: 'lines', lines: [{ sku: 'SOFA', quantity: 1 }] }, 'line_not_found'],
    ['no units', sale, { type: 'lines', lines: [] }, 'not_refundable'],
    ['an order that was not paid', [requestPayment()], amount(1), 'not_refundable'],
    ['an order refunded by its cancellation', [...sale, cancelOrder], amount(1), 'amount_exceeds_refundable'],
  ] as const)('is refused for %s', (_, commands, scope, code) => {
    given(scenario(commands).events).when(refundOrder('refund', scope), 2_000).thenRefused({ code })
  })

  test('counts a provider object once, however often it is reported', () => {
    const refunded: OrderCommand = { type: 'RecordRefunded', commandId: id('refunded'), ...refundFact }
    const again: OrderCommand = { ...refunded, commandId: id('refunded again') }
    const { outcomes, ...rest } = scenario([...sale, refunded, again, refunded])
    expect(outcomes.slice(-3)).toEqual([['PaymentRefunded'], [], []])
    expect(left({ outcomes, ...rest })).toBe(4_500)
    expect(capturedAmount(rest.order)).toBe(5_500)
  })

  const requested = refundOrder('refund', amount(1_000))
  const { refundId = '' } = scenario([...sale, requested]).order.refunds[0] ?? {}
  const succeeded: OrderCommand = { type: 'RecordRefunded', commandId: id('ok'), ...refundFact, refundId }
  const failed: OrderCommand = {
    type: 'RecordRefundFailed',
    commandId: id('no'),
    reason: 'expired_card',
    ...refundFact,
    refundId,
  }
  const resume: OrderCommand = {
    type: 'ResolveAttention',
    commandId: id('resume'),
    action: 'resume',
    reason: 'new card',
  }

  test('fails when its money was refunded on the provider’s own pages, and blocks no other refund', () => {
    const wanted = refundOrder('wanted', { type: 'amount', amount: 4_000 })
    const elsewhere = { type: 'RecordRefunded', commandId: id('elsewhere'), ...refundFact, amount: 3_000 } as const
    const { outcomes, order } = scenario([...sale, wanted, elsewhere])
    expect(outcomes.at(-1)).toEqual(['PaymentRefunded', 'RefundFailed', 'OrderNeedsAttention'])
    const [ours] = order.refunds
    expect(ours).toMatchObject({ phase: 'failed', amount: 4_000 })
    expect(order.attention).toMatchObject([{ reason: 'refund_failed', subject: ours?.refundId, state: 'open' }])
    const rest = scenario([...sale, wanted, elsewhere, refundOrder('rest', { type: 'remainder' })])
    expect(rest.order.refunds.map(({ phase, amount }) => [phase, amount])).toEqual([
      ['failed', 4_000],
      ['refunded', 3_000],
      ['requested', total - 3_000],
    ])
  })

  test('stays requested if it is still covered, even if more was refunded on the provider’s own pages', () => {
    const wanted = refundOrder('wanted', { type: 'amount', amount: 2_000 })
    const elsewhere = { type: 'RecordRefunded', commandId: id('elsewhere'), ...refundFact, amount: 3_500 } as const
    const { outcomes, order } = scenario([...sale, wanted, elsewhere])
    expect(outcomes.at(-1)).toEqual(['PaymentRefunded'])
    expect(order.refunds.map(({ phase }) => phase)).toEqual(['requested', 'refunded'])
  })

  test('no longer counts a refund that fails after it succeeded, and calls for attention', () => {
    const before = scenario([...sale, requested, succeeded])
    const after = scenario([...sale, requested, succeeded, failed, { ...failed, commandId: id('no again') }, succeeded])
    expect([left(before), left(after)]).toEqual([4_500, 5_500])
    expect(after.outcomes.slice(-3)).toEqual([['RefundFailed', 'OrderNeedsAttention'], [], []])
    expect(after.order.attention).toMatchObject([{ reason: 'refund_failed', state: 'open' }])
  })

  test('retries a failed refund after a resume, if its money was not refunded another way', () => {
    expect(scenario([...sale, requested, failed, resume]).order.refunds).toMatchObject([{ phase: 'requested' }])
    const elsewhere = scenario([...sale, requested, failed, refundOrder('other', amount(5_000)), resume])
    expect(elsewhere.order.refunds.map(({ phase }) => phase)).toEqual(['failed', 'requested'])
  })

  test('requests the rest of a failed refund of an ended order after a resume', () => {
    const { refundId: ending = '' } = scenario([...sale, cancelOrder]).order.refunds[0] ?? {}
    const { order, outcomes } = scenario([
      ...sale,
      cancelOrder,
      { ...failed, refundId: ending, amount: 5_500 },
      refundOrder('part', amount(700)),
      resume,
    ])
    expect(outcomes.at(-1)).toEqual(['OrderAttentionResolved', 'RefundRequested'])
    expect(order.refunds.map(({ phase, amount }) => [phase, amount])).toEqual([
      ['failed', 5_500],
      ['requested', 700],
      ['requested', 4_800],
    ])
  })
})
