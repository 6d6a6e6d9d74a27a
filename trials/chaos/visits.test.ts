import { expect, test } from 'vitest'
import { crashPoints } from '#platform/crash-points.ts'
import { randomOf } from '../simulation/random.ts'
import { allVisits, itineraryOf, someVisits, unvisited, type Visit } from './visits.ts'

const lanes = ['api', 'worker'] as const

test('given every declared point, when all visits are planned, then each lane that comes to it does so a first, a second and a later time', () => {
  const visits = allVisits(randomOf(1, 'visits'))
  expect(unvisited(visits)).toEqual([])
  for (const point of crashPoints)
    for (const lane of lanes) {
      const hits = visits.filter((visit) => visit.point === point && visit.lane === lane).map(({ hit }) => hit)
      if (hits.length > 0) expect(hits).toEqual([1, 2, expect.toSatisfy((hit: number) => hit > 2)])
    }
})

test('given a point that API and worker come to, when all visits are planned, then both go there', () => {
  const ofPoint = allVisits(randomOf(1, 'visits')).filter(({ point }) => point === 'append.order.after')
  expect(new Set(ofPoint.map(({ lane }) => lane))).toEqual(new Set(lanes))
})

test('given a sample, when points are left out, then they are named', () => {
  expect(unvisited(someVisits())).toContain('provider.refund.before')
  expect(unvisited(someVisits())).not.toContain('append.stock.after')
})

const received: Visit = { lane: 'api', point: 'http.received', hit: 1 }
const kept: Visit = { lane: 'api', point: 'append.provider.after', hit: 2 }
const projected: Visit = { lane: 'worker', point: 'projection.commit.before', hit: 1 }

test('given visits, when processes ask for theirs, then each visit is one process’s, and webhooks are the first API’s', () => {
  const next = itineraryOf([received, kept, projected])
  expect([next('api-1'), next('api-1'), next('api-1')]).toEqual([kept, received, undefined])
  expect([next('api-2'), next('worker-1'), next('worker-1')]).toEqual([undefined, projected, undefined])

  const other = itineraryOf([received, kept])
  expect([other('api-2'), other('api-2')]).toEqual([received, undefined])
})
