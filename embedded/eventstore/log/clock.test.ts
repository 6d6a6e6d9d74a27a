import { expect, test } from 'vitest'
import { createClock, microsOf, ticksOf } from './clock.ts'

test('time never goes below the last one stored, whatever the wall clock says', () => {
  const inTheFuture = (Date.now() + 3_600_000) * 1000
  const clock = createClock(inTheFuture)
  expect([clock(), clock()]).toEqual([inTheFuture, inTheFuture])
})

test('time is the wall clock and does not go back', () => {
  const before = (Date.now() - 1) * 1000
  const clock = createClock(0)
  const times = [before, ...Array.from({ length: 100 }, clock), (Date.now() + 1_000) * 1000]
  expect(times).toEqual(times.toSorted((one, other) => one - other))
})

test('ticks are ten to the microsecond', () => {
  expect(ticksOf(1_763_600_000_000_001)).toBe('17636000000000010')
  expect(microsOf('17636000000000010')).toBe(1_763_600_000_000_001)
})
