import type { SeedRun } from './seed-run.ts'

/** The results of many seeds. `differing` lists the seeds whose second run had another trace than the first. */
export type Results = {
  readonly seeds: number
  readonly failed: readonly SeedRun[]
  readonly differing: readonly number[]
  readonly steps: number
  readonly virtualSeconds: number
  readonly eventCounts: SeedRun['eventCounts']
}

export const noResults: Results = { seeds: 0, failed: [], differing: [], steps: 0, virtualSeconds: 0, eventCounts: {} }

const summed = (one: Results['eventCounts'], other: Results['eventCounts']): Results['eventCounts'] => ({
  ...one,
  ...Object.fromEntries(Object.entries(other).map(([type, count]) => [type, count + (one[type] ?? 0)])),
})

export const combined = (one: Results, other: Results): Results => ({
  seeds: one.seeds + other.seeds,
  failed: [...one.failed, ...other.failed],
  differing: [...one.differing, ...other.differing],
  steps: one.steps + other.steps,
  virtualSeconds: one.virtualSeconds + other.virtualSeconds,
  eventCounts: summed(one.eventCounts, other.eventCounts),
})

/** The results of one seed from its first and its second run. */
export const resultsOf = (first: SeedRun, second: SeedRun): Results => {
  const { seed, hash, problem, steps, virtualSeconds, eventCounts } = first
  return {
    seeds: 1,
    failed: problem === undefined ? [] : [first],
    differing: hash === second.hash ? [] : [seed],
    steps,
    virtualSeconds,
    eventCounts,
  }
}
