import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { cancelOrder, id, requestPayment, sale, shipOrder } from '../testing/order-fixtures.ts'
import { scenario } from '../testing/scenario.ts'
import type { OrderCommand } from './commands.ts'
import type { AttentionReason } from './events.ts'

const attention = (reason: AttentionReason, name: string): OrderCommand => ({
  type: 'NeedAttention',
  commandId: id(name),
  reason,
  detail: name,
})
const resolve = (action: 'resume' | 'close'): OrderCommand => ({
  type: 'ResolveAttention',
  commandId: id(action),
  action,
  reason: 'looked into',
})
const settle = (revision: number): OrderCommand => ({
  type: 'SettleStock',
  commandId: id(`settle ${revision}`),
  revision,
})

describe('calling for attention', () => {
  test('is recorded once while the order does not change', () => {
    expect(scenario([attention('void_failed', 'one'), attention('void_failed', 'two')]).outcomes).toEqual([
      ['OrderNeedsAttention'],
      [],
    ])
  })

  test('two alternating reasons do not make the stream grow', () => {
    const alternating = ['one', 'two', 'three'].flatMap((name) => [
      attention('void_failed', `${name} void`),
      attention('stock_shortfall', `${name} shortfall`),
    ])
    expect(scenario(alternating).outcomes.flat()).toEqual(['OrderNeedsAttention', 'OrderNeedsAttention'])
  })

  test('is recorded again after the order changed, because then the failure is a new one', () => {
    expect(
      scenario([attention('void_failed', 'one'), cancelOrder, attention('void_failed', 'two')]).outcomes.at(-1),
    ).toEqual(['OrderNeedsAttention'])
  })
})

describe('resolving attention', () => {
  test('resumes or closes what is open', () => {
    expect(scenario([cancelOrder, attention('void_failed', 'one'), resolve('resume')]).order.attention).toEqual([])
    expect(scenario([cancelOrder, attention('void_failed', 'one'), resolve('close')]).order.attention).toMatchObject([
      { state: 'closed' },
    ])
  })

  test('is refused if nothing is open; closing is refused while the order can become a sale', () => {
    given(scenario([]).events).when(resolve('resume'), 2_000).thenRefused({ code: 'no_attention' })
    given(scenario([requestPayment(), attention('payment_outcome_unknown', 'one')]).events)
      .when(resolve('close'), 2_000)
      .thenRefused({ code: 'not_closable' })
  })
})

describe('settling stock', () => {
  test('completes the stock effects of the order event at that revision, once', () => {
    const shipped = [...sale, shipOrder()]
    const { order, outcomes } = scenario([...shipped, settle(7), { ...settle(7), commandId: id('again') }, settle(99)])
    expect(outcomes.slice(-3)).toEqual([['OrderStockSettled'], [], []])
    expect(order.unsettled).toEqual([])
  })
})
