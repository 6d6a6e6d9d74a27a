import { expect, test } from 'vitest'
import { crashPoints } from '#platform/crash-points.ts'
import { randomOf } from './random.ts'
import { allVisits, someVisits, unvisited } from './visits.ts'

test('given every declared point, when all visits are planned, then each has a first, a second and a later hit', () => {
  const visits = allVisits(randomOf(1))
  expect(unvisited(visits)).toEqual([])
  for (const point of crashPoints) {
    const hits = new Set(visits.filter((visit) => visit.point === point).map(({ hit }) => hit))
    expect([...hits].toSorted().slice(0, 2)).toEqual([1, 2])
    expect(Math.max(...hits)).toBeGreaterThan(2)
  }
})

test('given a sample, when points are left out, then they are named', () => {
  expect(unvisited(someVisits())).toContain('provider.refund.before')
  expect(unvisited(someVisits())).not.toContain('append.stock.after')
})
