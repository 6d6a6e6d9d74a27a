import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'

test('the wall clock reads whole milliseconds of this century', () => {
  expect(Number.isSafeInteger(systemClock.now())).toBe(true)
  expect(new Date(systemClock.now()).getUTCFullYear()).toBeGreaterThanOrEqual(2025)
})

test('the monotonic clock does not go back', () => {
  const readings = Array.from({ length: 1_000 }, () => systemClock.monotonic())
  expect(readings.toSorted((a, b) => a - b)).toEqual(readings)
})
