/** One row of a table: what was measured of one contender. */
export type ContenderResult = {
  readonly design: string
  readonly durability: string
  /** Per second: the median of the measured rounds, the slowest and the fastest. */
  readonly rate: number
  readonly rateMin: number
  readonly rateMax: number
  /** Latency percentiles of the median round, in milliseconds; null if single requests were not timed. */
  readonly p50: number | null
  readonly p99: number | null
  /** What the checks counted in the median round. */
  readonly checked: string
  /** The invariants that did not hold, in any round. Must be empty. */
  readonly broken: readonly string[]
}

/** One table: contenders under the same load, the first of which the others are compared with. */
export type GroupResult = {
  readonly title: string
  /** Lines that say what is compared with what, and what a figure of the table means. */
  readonly about: readonly string[]
  /** What the rates count. */
  readonly unit: string
  readonly rows: readonly ContenderResult[]
}

/** One line for each invariant that did not hold. */
export const brokenLines = (groups: readonly GroupResult[]): readonly string[] =>
  groups.flatMap(({ title, rows }) =>
    rows.flatMap(({ design, broken }) => broken.map((what) => `${title}: ${design}: ${what}`)),
  )

export const jsonOf = (groups: readonly GroupResult[]): string => JSON.stringify({ groups }, null, 2)
