/** What was looked at in vain is looked at again after ever longer waits, so that what is stuck costs little. */
export type Patience = {
  readonly mayTry: (key: string, now: number) => boolean
  /** `progress` is anything that changes when it moved on; the waits begin anew then. */
  readonly tried: (key: string, progress: number | undefined, now: number) => void
  /** How many are waited for at `now`. */
  readonly waiting: (now: number) => number
}

type Waits = { readonly firstMilliseconds: number; readonly millisecondsMax: number }

/** The first is longer than a read model lags: what was just dealt with is not dealt with again before it shows. */
const ordinaryWaits: Waits = { firstMilliseconds: 2_000, millisecondsMax: 60_000 }
const keysMax = 10_000

type Wait = { readonly until: number; readonly milliseconds: number; readonly progress: number | undefined }

export const createPatience = ({ firstMilliseconds, millisecondsMax }: Waits = ordinaryWaits): Patience => {
  /** Least recently tried first. */
  const waits = new Map<string, Wait>()

  /** What nobody came back to for long is no longer due. */
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
