import type { CrashPoint } from '#platform/crash-points.ts'
import type { FindingKind } from './findings.ts'
import type { ChaosHarness } from './harness.ts'
import type { Recoveries } from './recoveries.ts'

/** What a row uses, and where it reports what it did and found. */
export type ChaosRun = {
  readonly harness: ChaosHarness
  /** Try only a few faults of each row: minutes instead of half an hour. */
  readonly sample: boolean
  readonly recoveries: Recoveries
  /** A process has died at this crash point. */
  readonly markReached: (point: CrashPoint) => void
  /** Reports a problem that the comparison of records cannot see, such as a wrong answer or growing memory. */
  readonly addFinding: (finding: string, kind?: FindingKind) => void
}

/** One kind of fault. A row starts and ends with a healthy platform and runs its own load. */
export type Row = {
  readonly number: number
  readonly name: string
  /** Resolves with `skipped` if the fault cannot be tried on this machine; the row has said why. Skipped is not passed. */
  readonly run: (run: ChaosRun) => Promise<'skipped' | undefined> | Promise<void>
}
