import { expect, test } from 'vitest'
import { medianOf, percentileOf } from './statistics.ts'

test('a percentile is the figure of the nearest rank, in whatever order the figures come', () => {
  const figures = Array.from({ length: 200 }, (_, index) => 200 - index)
  expect(percentileOf(figures, 0.5)).toBe(100)
  expect(percentileOf(figures, 0.99)).toBe(198)
  expect(percentileOf([5], 0.99)).toBe(5)
  expect(percentileOf([], 0.99)).toBeNaN()
})

test('the median is the middle figure, or the lower of the two in the middle', () => {
  expect(medianOf([30, 10, 20])).toBe(20)
  expect(medianOf([7])).toBe(7)
  expect(medianOf([4, 1, 3, 2])).toBe(2)
})
