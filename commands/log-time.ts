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
  // Offsets that can still become the largest, in order of receipt, therefore falling: the first is the largest.
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
      // From the end, so that a consumer that falls behind (each offset below the last) costs no more than another.
      for (let last = candidates.at(-1); last !== undefined && last.offset <= observed.offset; last = candidates.at(-1))
        candidates.pop()
      candidates.push(observed)
      latest = observed
    },
    now: () => {
      if (latest === undefined) return undefined
      forgetOld()
      // When all are old the last one stands: the monotonic clock carries it on, and `age` tells how old it is.
      const { offset } = candidates[0] ?? latest
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
