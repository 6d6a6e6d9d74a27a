/**
 * Exponential backoff by key: a key that makes no progress is tried again after ever longer waits, so that it costs little.
 */
export type Backoff = {
  readonly mayTry: (key: string, now: number) => boolean
  /** `progress` is any number that changes with progress; then the waits start anew. */
  readonly tried: (key: string, progress: number | undefined, now: number) => void
  /** How many keys are waiting at `now`. */
  readonly waiting: (now: number) => number
}

type Waits = { readonly firstMilliseconds: number; readonly millisecondsMax: number }

/** The first wait is longer than the usual lag of a read model, so a key is not tried again before its change shows there. */
const ordinaryWaits: Waits = { firstMilliseconds: 2_000, millisecondsMax: 60_000 }
const keysMax = 10_000

type KeyWait = { readonly until: number; readonly milliseconds: number; readonly progress: number | undefined }

export const createBackoff = ({ firstMilliseconds, millisecondsMax }: Waits = ordinaryWaits): Backoff => {
  /** The least recently tried key comes first. */
  const waits = new Map<string, KeyWait>()

  /** Removes keys that were not tried for long. */
  const forget = (now: number): void => {
    for (const [key, { until }] of waits) {
      if (waits.size < keysMax && now < until + millisecondsMax) return
      waits.delete(key)
    }
  }

  return {
    mayTry: (key, now) => now >= (waits.get(key)?.until ?? now),
    tried: (key, progress, now) => {
      forget(now)
      const before = waits.get(key)
      const stuck = before !== undefined && before.progress === progress
      const milliseconds = stuck ? Math.min(millisecondsMax, before.milliseconds * 2) : firstMilliseconds
      waits.delete(key)
      waits.set(key, { until: now + milliseconds, milliseconds, progress })
    },
    waiting: (now) => [...waits.values()].filter(({ until }) => now < until).length,
  }
}
