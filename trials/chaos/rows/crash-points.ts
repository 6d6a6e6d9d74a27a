// Rows 1 to 3: the APIs and the worker die at every declared point. A process is started with the point that it dies at,
// and when it has died the supervisor starts it anew with the next one: so the worker dies while it recovers, and shoppers
// ask the other API again. Answers of the provider are lost meanwhile, so that the worker finds work in doubt, and half of
// the people do what brings a process to the point that it is to die at: most for whoever has waited for it longest.
import { eventually } from '../../shop/eventually.ts'
import { causeOf, faultsFor } from '../causes.ts'
import { anyJourney, type Shop } from '../journeys.ts'
import { killRunning, untilRunning } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { Row, Run } from '../run.ts'
import { allVisits, type Itinerary, itineraryOf, someVisits, type Visit } from '../visits.ts'

const shoppers = 8
const progressEvery = 10
const reachMillisecondsMax = 90_000
const seedMax = 2 ** 32
const parts = ['api-1', 'api-2', 'worker-1'] as const
type Party = Run & { readonly next: Itinerary; readonly armed: Map<string, Visit> }

/** One process goes from visit to visit, and lives again in the end. */
const visitAll = async ({ world, recoveries, reached, next, armed }: Party, part: string): Promise<void> => {
  let starts = 0
  let visited = 0
  world.onStart(part, () => {
    starts += 1
    const visit = next(part)
    // Who was armed first comes first among them, so is who has waited longest.
    armed.delete(part)
    if (visit !== undefined) armed.set(part, visit)
    return visit === undefined ? {} : { CRASH_AT: `${visit.point}:${visit.hit}` }
  })
  await killRunning(world, part)
  recoveries.killed()
  for (let visit = armed.get(part); visit !== undefined; visit = armed.get(part)) {
    const { point, hit } = visit
    const before = starts
    const startedAt = performance.now()
    if (visit.lane === 'worker') await world.provider.setFaults(faultsFor(visit, world.random.below(seedMax)))
    void world.nextSuccess(part).then(() => {
      if (starts === before) recoveries.add(performance.now() - startedAt)
    })
    const died = await eventually(async () => starts > before, Boolean, reachMillisecondsMax).catch(() => false)
    if (died) reached(point)
    else {
      world.say(`  ${part} did not come to ${point} ${hit} times`)
      await killRunning(world, part)
    }
    recoveries.killed()
    visited += 1
    if (visited % progressEvery === 0) world.say(`  ${part} has been to ${visited}`)
  }
  await untilRunning(world, part)
}

export const crashPointsRow: Row = {
  number: 1,
  name: 'API and worker killed at every declared point (with rows 2 and 3)',
  run: async (run) => {
    const { world, sample } = run
    const next = itineraryOf(sample ? someVisits() : allVisits(world.random))
    const armed = new Map<string, Visit>()
    const towards = (shop: Shop): Promise<void> => {
      const [longest, ...others] = armed.values()
      if (longest === undefined || shop.random.chance(0.5)) return anyJourney(shop)
      return causeOf(shop.random.chance(0.5) ? longest : shop.random.pick([longest, ...others]))(shop)
    }
    const visiting = async (): Promise<void> => {
      await Promise.all(parts.map((part) => visitAll({ ...run, next, armed }, part)))
    }
    await withLoad(world.balancedShop, shoppers, visiting, towards)
  },
}
