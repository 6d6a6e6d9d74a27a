/** What is counted of deaths. */
export type Recoveries = {
  /** A process was killed. */
  readonly killed: () => void
  /** How long it took from a death until a request sent after it had succeeded, in milliseconds. */
  readonly add: (milliseconds: number) => void
  readonly kills: () => number
  readonly all: () => readonly number[]
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
    all: () => recoveries,
  }
}

/** The value that 99 of 100 do not exceed. */
export const p99 = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.ceil(values.length * 0.99) - 1] ?? 0
