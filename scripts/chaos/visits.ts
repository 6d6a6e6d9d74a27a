import { type CrashPoint, crashPoints } from '#platform/crash-points.ts'
import type { Random } from './random.ts'

export type Lane = 'api' | 'worker'
export type Visit = { readonly lane: Lane; readonly point: CrashPoint; readonly hit: number }

/** A random hit is at least the third, and at most this. */
const hitMax = 6

const isOf = (lane: Lane, point: CrashPoint): boolean => {
  if (point.startsWith('http.') || point.startsWith('append.product') || point.startsWith('append.provider'))
    return lane === 'api'
  if (point.startsWith('projection.')) return lane === 'worker'
  // An API ticks only where no worker does.
  if (point.startsWith('append.clock')) return lane === 'worker'
  // Where somebody may have been before: that is for whoever comes later, and the API retries only within seconds.
  if (point.startsWith('provider.findIntent')) return lane === 'worker'
  return true
}

/** The worker leads by a lease that its death leaves locked for ten seconds: points that the API visits too get two hits. */
const hitsOf = (lane: Lane, point: CrashPoint, random: Random): readonly number[] => {
  const drawn = 3 + random.below(hitMax - 2)
  return lane === 'api' || !isOf('api', point) ? [1, 2, drawn] : [1, drawn]
}

/** Every declared point in every process that comes to it, for the first, the second and a random time. */
export const allVisits = (random: Random): readonly Visit[] =>
  (['api', 'worker'] as const).flatMap((lane) =>
    crashPoints
      .filter((point) => isOf(lane, point))
      .flatMap((point) => hitsOf(lane, point, random).map((hit) => ({ lane, point, hit }))),
  )

const sampled: readonly Visit[] = [
  { lane: 'api', point: 'http.replying', hit: 2 },
  { lane: 'api', point: 'append.stock.after', hit: 1 },
  { lane: 'api', point: 'provider.captureIntent.after', hit: 1 },
  { lane: 'worker', point: 'projection.commit.before', hit: 2 },
  { lane: 'worker', point: 'append.order.after', hit: 1 },
]

/** Some of the hardest, for every run of the tests. */
export const someVisits = (): readonly Visit[] => sampled

/** Declared points that none of these visits is about. */
export const unvisited = (visits: readonly Visit[]): readonly CrashPoint[] =>
  crashPoints.filter((point) => !visits.some((visit) => visit.point === point))
