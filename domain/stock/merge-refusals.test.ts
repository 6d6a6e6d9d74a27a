import { expect, test } from 'vitest'
import { AssertionError } from '../assert.ts'
import { encodeEvent } from '../codec.ts'
import * as the from '../testing/stock.ts'
import type { StockEvent } from './events.ts'
import { createStockFold } from './evolve.ts'
import { mergeRefusals } from './merge-refusals.ts'

const one = the.received(1, [1, 0, 0])
const refusals = [the.refused(10, 2, 1, [1, 0, 0]), the.refused(11, 3, 1, [1, 0, 0])]

const foldOf = (events: readonly StockEvent[]) => {
  const fold = createStockFold()
  for (const [revision, event] of events.entries()) fold.apply(event, revision)
  return fold
}

test('the refusals of one write become one event, with the levels at its end', () => {
  const later = the.reserved(12, 1, [1, 1, 0])
  const apart = foldOf([one, ...refusals, later])
  const [merged, ...others] = mergeRefusals(refusals, apart.state())
  if (merged === undefined) throw new Error('nothing was merged')
  expect(others).toEqual([])
  expect(merged.data).toMatchObject({ onHandAfter: 1, heldAfter: 1, committedAfter: 0 })
  expect(merged.data.refusals.map(({ reservationId }) => reservationId)).toEqual([the.id(10), the.id(11)])
  expect(foldOf([one, later, merged]).snapshot()).toEqual(apart.snapshot())
})

test('other events, and no events at all, cannot be merged', () => {
  expect(() => mergeRefusals([one], foldOf([one]).state())).toThrow(AssertionError)
  expect(() => mergeRefusals([], foldOf([one]).state())).toThrow(AssertionError)
})

test('an event holds no more refusals than its schema allows', () => {
  const many = Array.from({ length: 501 }, (_, index) => the.refused(index + 1, 2, 1, [1, 0, 0]))
  const merged = mergeRefusals(many, foldOf([one]).state())
  expect(merged.map(({ data }) => data.refusals.length)).toEqual([500, 1])
  expect(() => merged.map(encodeEvent)).not.toThrow()
})
