import { systemClock } from '#platform/clock.ts'

export type Phase = { readonly phase: string; readonly seconds: number }

export type Stopwatch = {
  /** Runs one phase after the other. */
  readonly run: <Result>(phase: string, work: () => Promise<Result>) => Promise<Result>
  /** Those that have ended, in their order. */
  readonly phases: readonly Phase[]
  /** Since it was made, what is between the phases included. */
  readonly seconds: () => number
}

export const createStopwatch = (): Stopwatch => {
  const phases: Phase[] = []
  const madeAt = systemClock.monotonic()
  const secondsSince = (moment: number): number => (systemClock.monotonic() - moment) / 1_000
  return {
    run: async (phase, work) => {
      const startedAt = systemClock.monotonic()
      const result = await work()
      phases.push({ phase, seconds: secondsSince(startedAt) })
      return result
    },
    phases,
    seconds: () => secondsSince(madeAt),
  }
}
