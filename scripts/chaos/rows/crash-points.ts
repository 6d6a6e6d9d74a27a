// Rows 1 to 3: the API and the worker die at every declared point. A process is started with the point that it dies at, and
// when it has died the supervisor starts it anew: the API without one, so that shoppers get on in between, the worker with the
// next, so that it dies while it recovers. Provider answers are lost meanwhile, so that the worker finds work in doubt.
import type { FaultPlan } from '#embedded/payments/fault-plan.ts'
import { eventually } from '../../shop/eventually.ts'
import { killRunning, untilServing } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { Row, Run } from '../run.ts'
import { allVisits, type Lane, someVisits, type Visit } from '../visits.ts'

const shoppers = 6
const progressEvery = 10
const reachMillisecondsMax = 90_000
const lostAnswers: Partial<FaultPlan> = {
  calls: [
    { kind: 'dropped_answer', probability: 0.1, operations: ['create', 'confirm', 'capture', 'cancel', 'refund'] },
    { kind: 'error_before', probability: 0.1, operations: ['create', 'confirm', 'capture', 'cancel', 'refund'] },
  ],
}

/** What each start of a part is to die at, in order; undefined where it is to live. */
const startsOf = (lane: Lane, visits: readonly Visit[]): ReadonlyArray<Visit | undefined> =>
  lane === 'api' ? visits.flatMap((visit) => [visit, undefined]) : [...visits, undefined]

const visitAll = async ({ world, recoveries, reached }: Run, lane: Lane, visits: readonly Visit[]): Promise<void> => {
  const part = `${lane}-1`
  const starts = startsOf(lane, visits)
  let started = -1
  let startedAt = 0
  let visited = 0
  world.onStart(part, () => {
    started += 1
    startedAt = performance.now()
    const visit = starts[started]
    return visit === undefined ? {} : { CRASH_AT: `${visit.point}:${visit.hit}` }
  })
  await killRunning(world, part)
  recoveries.killed()
  for (const [index, visit] of starts.entries()) {
    if (visit === undefined) {
      await untilServing(world)
      recoveries.add(performance.now() - startedAt)
      if (index === starts.length - 1) break
      await killRunning(world, part)
      recoveries.killed()
      continue
    }
    const died = await eventually(async () => started > index, Boolean, reachMillisecondsMax).catch(() => false)
    if (died) reached(visit.point)
    else {
      world.say(`  the ${lane} did not come to ${visit.point} ${visit.hit} times`)
      await killRunning(world, part)
    }
    recoveries.killed()
    visited += 1
    if (visited % progressEvery === 0) world.say(`  the ${lane} has been to ${visited} of ${visits.length}`)
  }
}

export const crashPointsRow: Row = {
  number: 1,
  name: 'API and worker killed at every declared point (with rows 2 and 3)',
  run: async (run) => {
    const { world, sample } = run
    const visits = sample ? someVisits() : allVisits(world.random)
    await world.provider.setFaults(lostAnswers)
    const ofLane = (lane: Lane): readonly Visit[] => visits.filter((one) => one.lane === lane)
    await withLoad(world.shop, shoppers, async () => {
      await Promise.all((['api', 'worker'] as const).map((lane) => visitAll(run, lane, ofLane(lane))))
    })
  },
}
