import { type CrashPoint, crashPoints } from '#platform/crash-points.ts'
import type { FindingsByKind } from './findings.ts'
import { judge } from './judge.ts'
import { createRecoveries, p99 } from './recoveries.ts'
import type { Row, Run } from './run.ts'
import { openStage } from './world.ts'

export type ChaosOptions = {
  readonly rows: readonly Row[]
  readonly seed: number
  readonly sample: boolean
  readonly say: (line: string) => void
}

export type ChaosReport = {
  /** The line to quote. */
  readonly line: string
  /** Every one is a defect, or a declared crash point that nothing came to; empty is what must come out. */
  readonly findings: readonly string[]
}

type Sums = { -readonly [Kind in keyof FindingsByKind]: number }

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`

/** A finding that stays is one finding, not one after every row. */
const addNew = (sums: Sums, seen: Set<string>, verdict: FindingsByKind): readonly string[] => {
  const fresh: string[] = []
  for (const [kind, findings] of Object.entries(verdict))
    for (const finding of findings) {
      if (seen.has(finding)) continue
      seen.add(finding)
      fresh.push(finding)
      if (kind in sums) sums[kind as keyof Sums] += 1
    }
  return fresh
}

/** Runs the rows one after the other on one stack; after each all records are compared. */
export const runChaos = async ({ rows, seed, sample, say }: ChaosOptions): Promise<ChaosReport> => {
  const startedAt = performance.now()
  const sums: Sums = { oversold: 0, lostAcks: 0, doubleCharges: 0, leakedHolds: 0, rebuildMismatches: 0, others: 0 }
  const reached = new Set<CrashPoint>()
  const seen = new Set<string>()
  const recoveries = createRecoveries()
  const findings: string[] = []
  const skipped: number[] = []
  const world = await openStage({ seed, say })
  const wrong = (finding: string, kind: keyof FindingsByKind = 'others'): void => {
    sums[kind] += 1
    findings.push(finding)
  }
  const run: Run = { world, sample, recoveries, reached: (point) => void reached.add(point), wrong }
  say(`Seed ${seed}, a stack of its own.`)
  let keepFolder = true
  try {
    for (const row of rows) {
      const rowStartedAt = performance.now()
      const before = findings.length
      const isSkipped = (await row.run(run)) === 'skipped'
      if (isSkipped) skipped.push(row.number)
      const { verdict, compared } = await judge(world)
      findings.push(...addNew(sums, seen, verdict))
      const found = findings.slice(before)
      const mark = isSkipped ? '–' : '✓'
      say(`${found.length === 0 ? mark : '✗'} ${row.number} ${row.name} (${seconds(rowStartedAt)}; so far ${compared})`)
      for (const finding of found) say(`    ${finding}`)
    }
    keepFolder = findings.length > 0
  } finally {
    if (keepFolder) say(`Its data and logs stay in ${world.stack.dataDir}.`)
    // What ended the run is what has to be told, not what could not be tidied up after it.
    await world.stop({ keepFolder }).catch((error: unknown) => wrong(`the stack did not stop: ${String(error)}`))
  }
  const missed = crashPoints.filter((point) => !reached.has(point))
  if (!sample && rows.some(({ number }) => number === 1))
    findings.push(...missed.map((point) => `no process came to the crash point ${point}`))
  const parts = [
    `crash points ${reached.size}/${crashPoints.length}`,
    `kills ${recoveries.kills()}`,
    'seeds 1',
    `oversold ${sums.oversold}`,
    `lost acks ${sums.lostAcks}`,
    `double charges ${sums.doubleCharges}`,
    `leaked holds ${sums.leakedHolds}`,
    `rebuild mismatches ${sums.rebuildMismatches}`,
    `recovery p99 ${(p99(recoveries.all()) / 1_000).toFixed(1)} s`,
  ]
  if (skipped.length > 0) say(`not tried on this machine: ${skipped.join(', ')}`)
  say(`${seconds(startedAt)} in all, ${findings.length} findings`)
  return { line: parts.join(' · '), findings }
}
