import type { Story } from './story.ts'

/** What came of many stories. `differing`: seeds that were not told the same the second time. */
export type Told = {
  readonly seeds: number
  readonly failed: readonly Story[]
  readonly differing: readonly number[]
  readonly steps: number
  readonly virtualSeconds: number
  readonly happened: Story['happened']
}

export const nothingTold: Told = { seeds: 0, failed: [], differing: [], steps: 0, virtualSeconds: 0, happened: {} }

const counted = (one: Told['happened'], other: Told['happened']): Told['happened'] => ({
  ...one,
  ...Object.fromEntries(Object.entries(other).map(([what, count]) => [what, count + (one[what] ?? 0)])),
})

export const together = (one: Told, other: Told): Told => ({
  seeds: one.seeds + other.seeds,
  failed: [...one.failed, ...other.failed],
  differing: [...one.differing, ...other.differing],
  steps: one.steps + other.steps,
  virtualSeconds: one.virtualSeconds + other.virtualSeconds,
  happened: counted(one.happened, other.happened),
})

/** A story and the same seed told again. */
export const toldTwice = (story: Story, again: Story): Told => {
  const { seed, hash, problem, steps, virtualSeconds, happened } = story
  return {
    seeds: 1,
    failed: problem === undefined ? [] : [story],
    differing: hash === again.hash ? [] : [seed],
    ...{ steps, virtualSeconds, happened },
  }
}
