import { type CrashPoint, crashPoints } from '#platform/crash-points.ts'
import type { Random } from '../simulation/random.ts'

type ProcessKind = 'api' | 'worker'

/** A process of this kind is to die when it reaches the crash point for the `hit`-th time. */
export type PlannedCrash = { readonly processKind: ProcessKind; readonly point: CrashPoint; readonly hit: number }

/** The random later hit is at least the third and at most this one. */
const hitMax = 6

const startsWithOneOf =
  (...prefixes: readonly string[]) =>
  (point: CrashPoint): boolean =>
    prefixes.some((prefix) => point.startsWith(prefix))

/**
 * Points that only a worker reaches here. An API appends clock ticks only if no worker does, and it looks for an earlier
 * request at the provider only if no worker was faster.
 */
const isWorkerOnly = startsWithOneOf('projection.', 'append.clock', 'provider.findIntent', 'provider.findRefund')

/**
 * Points that only an API reaches here. A worker tries to read the object of a stored webhook of an unknown payment, but the
 * provider does not have it, so the worker never gets past that call.
 */
const isApiOnly = startsWithOneOf(
  'http.',
  'append.product',
  'append.provider',
  'provider.readRefund.after',
  'provider.readDispute.after',
)

/** Points that an API reaches because of a webhook. The provider sends its webhooks to api-1 only. */
const isReachedByWebhook = startsWithOneOf(
  'append.provider',
  'provider.readIntent',
  'provider.readRefund',
  'provider.readDispute',
)

/** Each crash point, in each kind of process that reaches it: hit 1, hit 2 and one random later hit. */
export const allCrashes = (random: Random): readonly PlannedCrash[] => {
  const crashesOf = (processKind: ProcessKind) => (point: CrashPoint) =>
    [1, 2, 3 + random.below(hitMax - 2)].map((hit) => ({ processKind, point, hit }))
  return [
    ...crashPoints.filter((point) => !isWorkerOnly(point)).flatMap(crashesOf('api')),
    ...crashPoints.filter((point) => !isApiOnly(point)).flatMap(crashesOf('worker')),
  ]
}

/** A few of the hardest crashes, for the sample that every `npm test` runs. */
export const sampleCrashes: readonly PlannedCrash[] = [
  { processKind: 'api', point: 'http.replying', hit: 2 },
  { processKind: 'api', point: 'append.stock.after', hit: 1 },
  { processKind: 'api', point: 'provider.captureIntent.after', hit: 1 },
  { processKind: 'worker', point: 'projection.commit.before', hit: 2 },
  { processKind: 'worker', point: 'append.order.after', hit: 1 },
]

/** Takes the next planned crash for a part (`api-1`, `worker-1`, …); undefined when none is left for it. */
export type NextCrash = (part: string) => PlannedCrash | undefined

/**
 * Hands out each planned crash once. api-1 starts with the points that only webhooks reach, because no other API can take
 * them; the other APIs take the rest meanwhile.
 */
export const createCrashQueue = (crashes: readonly PlannedCrash[]): NextCrash => {
  const left = crashes.toSorted(
    (one, other) => Number(isReachedByWebhook(other.point)) - Number(isReachedByWebhook(one.point)),
  )
  return (part) => {
    const canTake = ({ processKind, point }: PlannedCrash): boolean =>
      part.startsWith(processKind) && (processKind === 'worker' || part === 'api-1' || !isReachedByWebhook(point))
    const index = left.findIndex(canTake)
    return index < 0 ? undefined : left.splice(index, 1)[0]
  }
}
