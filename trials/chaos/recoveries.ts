import { percentileOf } from '../statistics.ts'

/** Counts kills and measures recoveries. */
export type Recoveries = {
  /** A process was killed. */
  readonly killed: () => void
  /** Adds one recovery: the time from a kill to the success of a request that was sent after it, in milliseconds. */
  readonly add: (milliseconds: number) => void
  readonly kills: () => number
  /** The 99th percentile of all recoveries in milliseconds; 0 if there was none. */
  readonly p99: () => number
}

export const createRecoveries = (): Recoveries => {
  const recoveries: number[] = []
  let kills = 0
  return {
    killed: () => {
      kills += 1
    },
    add: (milliseconds) => void recoveries.push(milliseconds),
    kills: () => kills,
    p99: () => (recoveries.length === 0 ? 0 : percentileOf(recoveries, 0.99)),
  }
}
