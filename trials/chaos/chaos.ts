import { errorText } from '#domain/error-text.ts'
import { type CrashPoint, crashPoints } from '#platform/crash-points.ts'
import { compareRecords } from './compare-records.ts'
import { type FindingKind, type FindingsByKind, findingKinds } from './findings.ts'
import { startHarness } from './harness.ts'
import { createRecoveries, type Recoveries } from './recoveries.ts'
import type { ChaosRun, Row } from './run.ts'

export type ChaosOptions = {
  readonly rows: readonly Row[]
  readonly seed: number
  readonly sample: boolean
  readonly say: (line: string) => void
}

export type ChaosReport = {
  /** The line of figures that ends the output. */
  readonly line: string
  /** Each finding is a defect, or a declared crash point that no process reached. Empty if the run passed. */
  readonly findings: readonly string[]
}

type Counts = Record<FindingKind, number>

type Tally = {
  readonly counts: Counts
  readonly findings: readonly string[]
  readonly add: (finding: string, kind: FindingKind) => void
  /** Adds those findings that no earlier comparison had: what stays wrong is one finding, not one after each row. */
  readonly addNew: (found: FindingsByKind) => void
}

const createTally = (): Tally => {
  const counts: Counts = { oversold: 0, lostAcks: 0, doubleCharges: 0, leakedHolds: 0, rebuildMismatches: 0, others: 0 }
  const findings: string[] = []
  const seen = new Set<string>()
  const add = (finding: string, kind: FindingKind): void => {
    counts[kind] += 1
    findings.push(finding)
  }
  return {
    counts,
    findings,
    add,
    addNew: (found) => {
      for (const kind of findingKinds)
        for (const finding of found[kind]) {
          if (seen.has(finding)) continue
          seen.add(finding)
          add(finding, kind)
        }
    },
  }
}

const secondsSince = (startedAt: number): string => `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`

/** Runs one row, compares all records after it and says the result. Resolves with true if the row was skipped. */
const runRow = async (row: Row, run: ChaosRun, tally: Tally): Promise<boolean> => {
  const { say } = run.harness
  const startedAt = performance.now()
  const earlierFindings = tally.findings.length
  const isSkipped = (await row.run(run)) === 'skipped'
  const { found, summary } = await compareRecords(run.harness)
  tally.addNew(found)
  const findings = tally.findings.slice(earlierFindings)
  const mark = findings.length > 0 ? '✗' : isSkipped ? '–' : '✓'
  say(`${mark} ${row.number} ${row.name} (${secondsSince(startedAt)}; compared so far: ${summary})`)
  for (const finding of findings) say(`    ${finding}`)
  return isSkipped
}

const figures = (reached: ReadonlySet<CrashPoint>, counts: Counts, recoveries: Recoveries): string =>
  [
    `crash points ${reached.size}/${crashPoints.length}`,
    `kills ${recoveries.kills()}`,
    'seeds 1',
    `oversold ${counts.oversold}`,
    `lost acks ${counts.lostAcks}`,
    `double charges ${counts.doubleCharges}`,
    `leaked holds ${counts.leakedHolds}`,
    `rebuild mismatches ${counts.rebuildMismatches}`,
    `recovery p99 ${(recoveries.p99() / 1_000).toFixed(1)} s`,
  ].join(' · ')

/** Runs the rows one after the other on one private platform and compares all records after each of them. */
export const runChaos = async ({ rows, seed, sample, say }: ChaosOptions): Promise<ChaosReport> => {
  const startedAt = performance.now()
  const reached = new Set<CrashPoint>()
  const recoveries = createRecoveries()
  const tally = createTally()
  const skipped: number[] = []
  const harness = await startHarness({ seed, say })
  const run: ChaosRun = {
    harness,
    sample,
    recoveries,
    markReached: (point) => void reached.add(point),
    addFinding: (finding, kind = 'others') => tally.add(finding, kind),
  }
  say(`Seed ${seed}, on a private platform.`)
  let keepFolder = true
  try {
    for (const row of rows) if (await runRow(row, run, tally)) skipped.push(row.number)
    keepFolder = tally.findings.length > 0
  } finally {
    if (keepFolder) say(`The data and logs of the platform stay in ${harness.stack.dataDir}.`)
    // If an error ended the run, that error is the one to report, not a failure to stop the platform.
    await harness.stop({ keepFolder }).catch((error: unknown) => {
      tally.add(`the platform did not stop: ${errorText(error)}`, 'others')
    })
  }
  const isEveryPointDue = !sample && rows.some(({ number }) => number === 1)
  const missed = isEveryPointDue ? crashPoints.filter((point) => !reached.has(point)) : []
  const findings = [...tally.findings, ...missed.map((point) => `no process reached the crash point ${point}`)]
  if (skipped.length > 0) say(`Skipped on this machine: ${skipped.join(', ')}`)
  say(`${secondsSince(startedAt)} in total, ${findings.length} findings`)
  return { line: figures(reached, tally.counts, recoveries), findings }
}
