import type { CrashPoint } from '#platform/crash-points.ts'
import type { FindingsByKind } from './findings.ts'
import type { Recoveries } from './recoveries.ts'
import type { ChaosStage } from './world.ts'

/** What a row of faults works with, and what it leaves behind beside the records. */
export type Run = {
  readonly world: ChaosStage
  /** Some of each fault only: a minute instead of half an hour. */
  readonly sample: boolean
  readonly recoveries: Recoveries
  readonly reached: (point: CrashPoint) => void
  /** Something is wrong that no record shows: an answer that must not be given, memory without bound. */
  readonly wrong: (finding: string, kind?: keyof FindingsByKind) => void
}

/** One kind of fault: begins and ends with a healthy stack, and runs its own load. */
export type Row = {
  readonly number: number
  readonly name: string
  /** `skipped` where this machine does not let it be tried, which the row has said: that is no pass. */
  readonly run: (run: Run) => Promise<'skipped' | undefined> | Promise<void>
}
