import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { cancelOrder, id, requestPayment, sale, shipOrder } from '../testing/order-fixtures.ts'
import { story } from '../testing/story.ts'
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
  test('is recorded once for as long as the order does not go on', () => {
    expect(story([attention('void_failed', 'one'), attention('void_failed', 'two')]).told).toEqual([
      ['OrderNeedsAttention'],
      [],
    ])
  })

  test('two reasons that alternate do not grow the stream', () => {
    const alternating = ['one', 'two', 'three'].flatMap((name) => [
      attention('void_failed', `${name} void`),
      attention('stock_shortfall', `${name} shortfall`),
    ])
    expect(story(alternating).told.flat()).toEqual(['OrderNeedsAttention', 'OrderNeedsAttention'])
  })

  test('is recorded anew when the order went on, since what fails then is new', () => {
    expect(story([attention('void_failed', 'one'), cancelOrder, attention('void_failed', 'two')]).told.at(-1)).toEqual([
      'OrderNeedsAttention',
    ])
  })
})

describe('resolving attention', () => {
  test('resumes or closes what is open', () => {
    expect(story([cancelOrder, attention('void_failed', 'one'), resolve('resume')]).order.attention).toEqual([])
    expect(story([cancelOrder, attention('void_failed', 'one'), resolve('close')]).order.attention).toMatchObject([
      { state: 'closed' },
    ])
  })

  test('is refused without anything open, and refuses to close what nothing else would ever finish', () => {
    given(story([]).events).when(resolve('resume'), 2_000).thenRefused({ code: 'no_attention' })
    given(story([requestPayment(), attention('payment_outcome_unknown', 'one')]).events)
      .when(resolve('close'), 2_000)
      .thenRefused({ code: 'not_closable' })
  })
})

describe('settling stock', () => {
  test('ends what the order event at that revision left to do, once', () => {
    const shipped = [...sale, shipOrder()]
    const { order, told } = story([...shipped, settle(7), { ...settle(7), commandId: id('again') }, settle(99)])
    expect(told.slice(-3)).toEqual([['OrderStockSettled'], [], []])
    expect(order.unsettled).toEqual([])
  })
})
