// Rows 1 to 3: API processes and the worker die at every crash point. Each process is started with the crash point at which it
// dies. When it has died, its supervisor starts it again with its next crash point, so a worker also dies while it recovers, and
// shoppers repeat their requests to the other API. Answers of the provider are lost meanwhile, so that the worker finds orders
// with an unknown outcome. Half of the scenarios are chosen to bring a process to its crash point, most of them the process that
// has waited for its crash the longest.
import { eventually } from '../../shop/retry.ts'
import { allCrashes, createCrashQueue, type NextCrash, type PlannedCrash, sampleCrashes } from '../crash-plan.ts'
import { faultsFor, scenarioFor } from '../crash-scenarios.ts'
import { killRunning, untilRunning } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { ChaosRun, Row } from '../run.ts'
import { randomScenario, type Shop } from '../scenarios.ts'

const shoppers = 8
/** Crashes of one process between two lines of progress. */
const crashesPerLine = 10
const reachMillisecondsMax = 90_000
const seedMax = 2 ** 32
const parts = ['api-1', 'api-2', 'worker-1'] as const

type CrashRun = ChaosRun & {
  readonly next: NextCrash
  /** The crash that each running process was started with. The process that was started first comes first. */
  readonly waiting: Map<string, PlannedCrash>
}

/** Starts one process with one planned crash after the other, and without any in the end. */
const crashRepeatedly = async (run: CrashRun, part: string): Promise<void> => {
  const { harness, recoveries, markReached, next, waiting } = run
  let starts = 0
  let crashes = 0
  harness.onStart(part, () => {
    starts += 1
    const crash = next(part)
    // Deleted first, so that `set` puts it at the end.
    waiting.delete(part)
    if (crash !== undefined) waiting.set(part, crash)
    return crash === undefined ? {} : { CRASH_AT: `${crash.point}:${crash.hit}` }
  })
  await killRunning(harness, part)
  recoveries.killed()
  for (let crash = waiting.get(part); crash !== undefined; crash = waiting.get(part)) {
    const { processKind, point, hit } = crash
    const startsBefore = starts
    const startedAt = performance.now()
    if (processKind === 'worker') await harness.provider.setFaults(faultsFor(crash, harness.random.below(seedMax)))
    void harness.nextSuccess(part).then(() => {
      if (starts === startsBefore) recoveries.add(performance.now() - startedAt)
    })
    const hasDied = await eventually(async () => starts > startsBefore, Boolean, {
      millisecondsMax: reachMillisecondsMax,
    }).catch(() => false)
    if (hasDied) markReached(point)
    else {
      harness.say(`  ${part} did not reach ${point} ${hit} times within ${reachMillisecondsMax / 1_000} s`)
      await killRunning(harness, part)
    }
    recoveries.killed()
    crashes += 1
    if (crashes % crashesPerLine === 0) harness.say(`  ${part}: ${crashes} planned crashes done`)
  }
  await untilRunning(harness, part)
}

export const crashPointsRow: Row = {
  number: 1,
  name: 'API and worker killed at each crash point (includes rows 2 and 3)',
  run: async (run) => {
    const { harness, sample } = run
    const next = createCrashQueue(sample ? sampleCrashes : allCrashes(harness.random))
    const waiting = new Map<string, PlannedCrash>()
    const scenario = (shop: Shop): Promise<void> => {
      const [longest, ...others] = waiting.values()
      if (longest === undefined || shop.random.chance(0.5)) return randomScenario(shop)
      return scenarioFor(shop.random.chance(0.5) ? longest : shop.random.pick([longest, ...others]))(shop)
    }
    const crashAll = async (): Promise<void> => {
      await Promise.all(parts.map((part) => crashRepeatedly({ ...run, next, waiting }, part)))
    }
    await withLoad(harness.balancedShop, shoppers, crashAll, scenario)
  },
}
