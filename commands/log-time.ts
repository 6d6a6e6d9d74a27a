import type { Instant } from '#domain/values/instant.ts'
import type { LogTime } from './ports.ts'

/** Offsets of this many milliseconds back count. */
export const offsetWindowMilliseconds = 60_000

/** An offset older than this may be wrong by as long as the machine slept. */
export const offsetMillisecondsMax = 30_000

export type LogClock = LogTime & {
  /** A live delivery: the log stamped it `created`, and it came in now. History must not be shown to it. */
  readonly observe: (created: Instant) => void
  /** Milliseconds since anything live was seen; undefined if nothing was yet. */
  readonly age: () => number | undefined
}

/**
 * Log time: this process's monotonic clock plus the largest (`created` − monotonic clock at receipt) among the live
 * deliveries of the last minute. A delivery is never early, so the largest offset is the best guess of the log's own
 * clock; wall clocks that jump or differ between processes change nothing. Undefined until something live was seen.
 */
export const createLogClock = (monotonic: () => number): LogClock => {
  // Offsets that can still become the largest, in order of receipt, therefore falling.
  let candidates: { readonly offset: number; readonly receivedAt: number }[] = []
  let latest: { readonly offset: number; readonly receivedAt: number } | undefined
  return {
    observe: (created) => {
      const receivedAt = monotonic()
      const observed = { offset: created - receivedAt, receivedAt }
      const oldest = receivedAt - offsetWindowMilliseconds
      candidates = candidates.filter(({ offset, receivedAt: at }) => offset > observed.offset && at >= oldest)
      candidates.push(observed)
      latest = observed
    },
    now: () => {
      if (latest === undefined) return undefined
      const oldest = monotonic() - offsetWindowMilliseconds
      // When all are old the last one stands: the monotonic clock carries it on, and `age` tells how old it is.
      const { offset } = candidates.find(({ receivedAt }) => receivedAt >= oldest) ?? latest
      return Math.floor(monotonic() + offset)
    },
    age: () => (latest === undefined ? undefined : monotonic() - latest.receivedAt),
  }
}

/** Log time for who acts on what has expired: unknown where nothing live was seen for `offsetMillisecondsMax`. */
export const trustedLogTime = (clock: LogClock): LogTime => ({
  now: () => {
    const age = clock.age()
    return age === undefined || age > offsetMillisecondsMax ? undefined : clock.now()
  },
})
