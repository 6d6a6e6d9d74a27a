import type { Instant } from '#domain/values/instant.ts'
import type { LogTime } from './ports.ts'

/** Offsets of the last minute count. */
const offsetWindowMilliseconds = 60_000

/** An offset that is older than this is not trusted: the machine may have slept. */
export const offsetMillisecondsMax = 30_000

export type LogClock = LogTime & {
  /** Observes a live delivery: `created` is the event store's time, and it arrives now. Must not be called with history. */
  readonly observe: (created: Instant) => void
  /** Milliseconds since the last live delivery; undefined before the first. */
  readonly age: () => number | undefined
}

/**
 * Log time: the monotonic clock of this process plus the largest offset (`created` minus the monotonic clock at receipt)
 * among the live deliveries of the last minute. A delivery is never early, so the largest offset is the best estimate of
 * the log's own clock. Wall clocks that jump or differ between processes change nothing. Undefined before the first live
 * delivery.
 */
export const createLogClock = (monotonic: () => number): LogClock => {
  // The offsets that can still become the largest, in order of receipt. They fall, so the first is the largest.
  const candidates: { readonly offset: number; readonly receivedAt: number }[] = []
  let latest: { readonly offset: number; readonly receivedAt: number } | undefined
  const forgetOld = (): void => {
    const oldest = monotonic() - offsetWindowMilliseconds
    while (candidates[0] !== undefined && candidates[0].receivedAt < oldest) candidates.shift()
  }
  return {
    observe: (created) => {
      const receivedAt = monotonic()
      const observed = { offset: created - receivedAt, receivedAt }
      forgetOld()
      // From the end: so an offset below the last one, as from a consumer that falls behind, costs one comparison.
      for (let last = candidates.at(-1); last !== undefined && last.offset <= observed.offset; last = candidates.at(-1))
        candidates.pop()
      candidates.push(observed)
      latest = observed
    },
    now: () => {
      if (latest === undefined) return undefined
      forgetOld()
      // The last one is kept even if it is old: the monotonic clock advances from it, and `age` tells how old it is.
      const { offset } = candidates[0] ?? latest
      return Math.floor(monotonic() + offset)
    },
    age: () => (latest === undefined ? undefined : monotonic() - latest.receivedAt),
  }
}

/** Log time for decisions: undefined if there was no live delivery for `offsetMillisecondsMax`. */
export const trustedLogTime = (clock: LogClock): LogTime => ({
  now: () => {
    const age = clock.age()
    return age === undefined || age > offsetMillisecondsMax ? undefined : clock.now()
  },
})
