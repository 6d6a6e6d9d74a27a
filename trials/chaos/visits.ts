import { type CrashPoint, crashPoints } from '#platform/crash-points.ts'
import type { Random } from '../simulation/random.ts'

export type Lane = 'api' | 'worker'
export type Visit = { readonly lane: Lane; readonly point: CrashPoint; readonly hit: number }

/** A random hit is at least the third, and at most this. */
const hitMax = 6

const isPartOf =
  (...places: readonly string[]) =>
  (point: CrashPoint): boolean =>
    places.some((place) => point.startsWith(place))

/** Ticks only where no worker does; looks for what somebody may have done before only where no worker was faster. */
const isWorkersAlone = isPartOf('projection.', 'append.clock', 'provider.findIntent', 'provider.findRefund')
/** The worker reads again what was kept of strangers' webhooks; the provider does not show it. */
const isApisAlone = isPartOf(
  ...['http.', 'append.product', 'append.provider', 'provider.readRefund.after', 'provider.readDispute.after'],
)
/** The provider sends its webhooks to the first API. */
const isCausedByWebhooks = isPartOf(
  ...['append.provider', 'provider.readIntent', 'provider.readRefund', 'provider.readDispute'],
)

/** Every declared point in every lane that comes to it: for the first, the second and a later time. */
export const allVisits = (random: Random): readonly Visit[] => {
  const visitsOf = (lane: Lane) => (point: CrashPoint) =>
    [1, 2, 3 + random.below(hitMax - 2)].map((hit) => ({ lane, point, hit }))
  return [
    ...crashPoints.filter((point) => !isWorkersAlone(point)).flatMap(visitsOf('api')),
    ...crashPoints.filter((point) => !isApisAlone(point)).flatMap(visitsOf('worker')),
  ]
}

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

/** What a process is to die at next, each visit by one process; undefined once nothing is left for it. */
export type Itinerary = (part: string) => Visit | undefined

/** The first API begins with what webhooks cause, which comes to it alone; the others take the rest meanwhile. */
export const itineraryOf = (visits: readonly Visit[]): Itinerary => {
  const left = visits.toSorted(
    (one, other) => Number(isCausedByWebhooks(other.point)) - Number(isCausedByWebhooks(one.point)),
  )
  return (part) => {
    const canTake = ({ lane, point }: Visit): boolean =>
      part.startsWith(lane) && (lane === 'worker' || part === 'api-1' || !isCausedByWebhooks(point))
    const index = left.findIndex(canTake)
    return index < 0 ? undefined : left.splice(index, 1)[0]
  }
}
