import type { GroupResult } from '../reporting/results.ts'

export type SuiteSettings = {
  /** Length of one round of a steady load. */
  readonly seconds: number
  /** Less work and shorter rounds: enough to see that everything runs. */
  readonly quick: boolean
  /** Folder in which the measured processes leave CPU profiles; undefined: no profiles are taken. */
  readonly profileDir: string | undefined
}

/** Measures and prints all groups of one benchmark. */
export type Suite = (settings: SuiteSettings) => Promise<readonly GroupResult[]>

/** One timed run under load. */
export type Round = {
  /** What was done, in the group's unit. */
  readonly done: number
  readonly milliseconds: number
  /** Of single requests, in milliseconds; empty if the round was not made of requests (a long read). */
  readonly latencies: ArrayLike<number>
  /** What was counted in the contender's own records. */
  readonly checked: string
  /** The invariants that did not hold. */
  readonly broken: readonly string[]
}

/** A contender in a clean state. Rounds run one after the other; none depends on what an earlier one sold. */
export type RunningContender = { readonly runRound: () => Promise<Round>; readonly close: () => Promise<void> }

/** A design to measure: a row of the table. */
export type Contender = {
  readonly design: string
  /** What is on disk when a request is answered. */
  readonly durability: string
  readonly start: () => Promise<RunningContender>
}

/** Contenders under the same load. The others are compared with the first. */
export type ContenderGroup = {
  readonly title: string
  /** Lines that say what is compared with what, and what a figure means. They are printed below the title. */
  readonly about: readonly string[]
  /** What a round counts. */
  readonly unit: string
  readonly contenders: readonly Contender[]
  /** Rounds before the measured ones; 1 if not given. */
  readonly warmUpRounds?: number
}
