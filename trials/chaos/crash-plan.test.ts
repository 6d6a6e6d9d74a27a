import { expect, test } from 'vitest'
import { crashPoints } from '#platform/crash-points.ts'
import { randomOf } from '../simulation/random.ts'
import { allCrashes, createCrashQueue, type PlannedCrash } from './crash-plan.ts'

const processKinds = ['api', 'worker'] as const

test('given every crash point, when all crashes are planned, then each kind of process that reaches it has hit 1, hit 2 and a later hit', () => {
  const crashes = allCrashes(randomOf(1, 'crashes'))
  expect(new Set(crashes.map(({ point }) => point))).toEqual(new Set(crashPoints))
  for (const point of crashPoints)
    for (const processKind of processKinds) {
      const hits = crashes
        .filter((crash) => crash.point === point && crash.processKind === processKind)
        .map(({ hit }) => hit)
      if (hits.length > 0) expect(hits).toEqual([1, 2, expect.toSatisfy((hit: number) => hit > 2)])
    }
})

test('given a crash point that API and worker reach, when all crashes are planned, then both are to die there', () => {
  const ofPoint = allCrashes(randomOf(1, 'crashes')).filter(({ point }) => point === 'append.order.after')
  expect(new Set(ofPoint.map(({ processKind }) => processKind))).toEqual(new Set(processKinds))
})

const received: PlannedCrash = { processKind: 'api', point: 'http.received', hit: 1 }
const stored: PlannedCrash = { processKind: 'api', point: 'append.provider.after', hit: 2 }
const projected: PlannedCrash = { processKind: 'worker', point: 'projection.commit.before', hit: 1 }

test('given planned crashes, when processes take them, then each is taken once, and those by webhooks only by api-1', () => {
  const next = createCrashQueue([received, stored, projected])
  expect([next('api-1'), next('api-1'), next('api-1')]).toEqual([stored, received, undefined])
  expect([next('api-2'), next('worker-1'), next('worker-1')]).toEqual([undefined, projected, undefined])

  const other = createCrashQueue([received, stored])
  expect([other('api-2'), other('api-2')]).toEqual([received, undefined])
})
