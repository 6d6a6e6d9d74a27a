import { expect, test } from 'vitest'
import { medianOf, percentileOf } from './statistics.ts'

test('the median is the middle figure, whatever the order', () => {
  expect(medianOf([30, 10, 20])).toBe(20)
  expect(medianOf([7])).toBe(7)
  expect(medianOf([4, 1, 3, 2])).toBe(2)
})

test('a percentile is the figure of the nearest rank', () => {
  const figures = Array.from({ length: 200 }, (_, index) => index + 1)
  expect(percentileOf(figures, 0.5)).toBe(100)
  expect(percentileOf(figures, 0.99)).toBe(198)
  expect(percentileOf([5], 0.99)).toBe(5)
})
