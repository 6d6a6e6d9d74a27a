// The fold of a stock stream: what it asserts about the log, with a log that breaks each assertion, and what it forgets.
import { describe, expect, test } from 'vitest'
import { AssertionError } from '../assert.ts'
import * as the from '../testing/stock.ts'
import type { StockEvent } from './events.ts'
import { createStockFold } from './evolve.ts'
import { memory } from './state.ts'

const { noon, expiry } = the
const two = the.received(2, [2, 0, 0])
const held = [two, the.reserved(10, 2, [2, 2, 0])]
const committed = [...held, the.step('ReservationCommitted', 10, 2, [2, 0, 2])]
const released = [...held, the.step('ReservationReleased', 10, 2, [2, 0, 0])]

const foldOf = (events: readonly StockEvent[]) => {
  const fold = createStockFold()
  for (const [revision, event] of events.entries()) fold.apply(event, revision)
  return fold
}

describe('the fold throws if', () => {
  const broken: Readonly<Record<string, readonly StockEvent[]>> = {
    'the units on hand differ': [the.received(2, [3, 0, 0])],
    'the held units differ': [two, the.reserved(10, 1, [2, 2, 0])],
    'the committed units differ': [...held, the.step('ReservationCommitted', 10, 2, [2, 0, 1])],
    'more is held than is on hand': [two, the.reserved(10, 3, [2, 3, 0])],
    'a shortfall was not recorded': [...committed, the.counted(1, -1, [1, 0, 2])],
    'a shortfall grows by another event than a count': [
      ...committed,
      the.shortfall(1, [10], [2, 0, 2]),
      the.counted(1, -1, [1, 0, 2]),
      the.reserved(11, 1, [1, 1, 2]),
    ],
    'a level is below zero': [two, the.adjusted(-3, [-1, 0, 0])],
    'a count differs from what is on hand': [two, the.counted(5, 1, [3, 0, 0])],
    'a hold is reserved twice': [...held, the.received(2, [4, 2, 0]), the.reserved(10, 2, [4, 4, 0])],
    'a hold is released twice': [...released, the.step('ReservationReleased', 10, 2, [2, 0, 0])],
    'a hold is released in part': [...held, the.step('ReservationReleased', 10, 1, [2, 1, 0])],
    'a hold expires before it is due': [...held, the.step('ReservationExpired', 10, 2, [2, 0, 0], expiry - 1)],
    'an extension shortens the hold': [...held, the.extended(10, 2, expiry, [2, 2, 0])],
    'a tombstone stands for an open hold': [...held, the.voided(10, 0, [2, 2, 0])],
    'something is committed that was not held': [two, the.step('ReservationCommitted', 10, 2, [2, 0, 2])],
    'a released hold is reinstated': [...released, the.reinstated(10, 2, [2, 2, 0], noon)],
    'a commitment is cancelled in part': [...committed, the.step('CommitmentCancelled', 10, 1, [2, 0, 1])],
    'a commitment ends twice': [
      ...committed,
      the.step('CommitmentCancelled', 10, 2, [2, 0, 0]),
      the.shipped(10, 2, 2, [0, 0, 0]),
    ],
    'the shipped total does not add up': [...committed, the.shipped(10, 1, 2, [1, 0, 1])],
    'more is shipped than is committed': [...committed, the.shipped(10, 3, 3, [-1, 0, -1])],
    'the returned total does not add up': [
      ...committed,
      the.returned(10, { quantity: 1, total: 1, restocked: false }, [2, 0, 2]),
      the.returned(10, { quantity: 1, total: 3, restocked: false }, [2, 0, 2]),
    ],
  }
  for (const [name, events] of Object.entries(broken))
    test(name, () => {
      const fold = foldOf(events.slice(0, -1))
      expect(() => {
        for (const event of events.slice(-1)) fold.apply(event, events.length - 1)
      }).toThrow(AssertionError)
    })
})

describe('memory is bounded', () => {
  const later = (milliseconds: number): StockEvent => the.received(1, [3, 0, 0], noon + milliseconds, 902)

  test('ended holds for an hour', () => {
    expect(foldOf([...released, later(memory.ended.milliseconds - 1)]).state().ended.byKey.size).toBe(1)
    expect(foldOf([...released, later(memory.ended.milliseconds)]).state().ended.byKey.size).toBe(0)
  })

  test('refusals for a minute', () => {
    const refused = [two, the.refused(10, 3, 2, [2, 0, 0])]
    expect(foldOf([...refused, later(memory.refusals.milliseconds - 1)]).state().refusals.byKey.size).toBe(1)
    expect(foldOf([...refused, later(memory.refusals.milliseconds)]).state().refusals.byKey.size).toBe(0)
  })

  test('staff commands for a day', () => {
    expect(foldOf([two, later(memory.applied.milliseconds - 1)]).state().applied.byKey.size).toBe(2)
    expect(foldOf([two, later(memory.applied.milliseconds)]).state().applied.byKey.size).toBe(1)
  })

  test('open holds and commitments until they end', () => {
    const muchLater = 400 * memory.applied.milliseconds
    expect(foldOf([...held, the.received(1, [3, 2, 0], noon + muchLater)]).state().open.size).toBe(1)
    expect(foldOf([...committed, the.received(1, [3, 0, 2], noon + muchLater)]).state().open.size).toBe(1)
  })

  test('all of them by number, oldest first', () => {
    const fold = createStockFold()
    const beyond = 10
    for (let number = 1; number <= memory.ended.entriesMax + beyond; number += 1) {
      fold.apply(the.voided(number, 0, [0, 0, 0]), 0)
      fold.apply(the.refused(number, 1, 0, [0, 0, 0]), 0)
      fold.apply(the.returned(number, { quantity: 1, total: 1, restocked: false }, [0, 0, 0]), 0)
      if (number % 1_000 === 0) fold.settle()
    }
    for (let number = 1; number <= memory.applied.entriesMax + beyond; number += 1)
      fold.apply(the.received(1, [number, 0, 0], noon, number), 0)
    const { ended, refusals, returns, applied } = fold.state()
    expect([ended, refusals, returns, applied].map(({ byKey }) => byKey.size)).toEqual([50_000, 50_000, 50_000, 1_000])
    expect(ended.byKey.has(`${the.id(beyond)}/0`)).toBe(false)
    expect(ended.byKey.has(`${the.id(beyond + 1)}/0`)).toBe(true)
    expect(applied.byKey.has(the.id(beyond))).toBe(false)
    expect(applied.byKey.has(the.id(beyond + 1))).toBe(true)
  })
})

test('two returns of a line are remembered as one total', () => {
  const fold = foldOf([
    two,
    the.returned(10, { quantity: 1, total: 1, restocked: false }, [2, 0, 0]),
    the.returned(10, { quantity: 1, total: 2, restocked: false }, [2, 0, 0]),
  ])
  expect(fold.snapshot().returns).toEqual([[`${the.id(10)}/0`, { returned: 2, at: noon }]])
})
