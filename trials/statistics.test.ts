import { expect, test } from 'vitest'
import { percentileOf } from './statistics.ts'

test('a percentile is the figure of the nearest rank', () => {
  const figures = Array.from({ length: 200 }, (_, index) => index + 1)
  expect(percentileOf(figures, 0.5)).toBe(100)
  expect(percentileOf(figures, 0.99)).toBe(198)
  expect(percentileOf([5], 0.99)).toBe(5)
})
