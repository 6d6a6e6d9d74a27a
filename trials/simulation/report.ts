import type { Results } from './results.ts'
import type { SeedRun } from './seed-run.ts'

// The text that `npm run simulate` prints.

/** Everything that is needed to look into a failed run. */
export const failureText = ({ seed, problem, draw, lastSteps, hash }: SeedRun): string =>
  [
    ...lastSteps.map((line) => `  ${line}`),
    `seed ${seed}: ${problem}`,
    `draw: ${JSON.stringify(draw)}`,
    `trace ${hash}; again: npm run simulate -- --start ${seed} --seeds 1 --trace`,
    '',
  ].join('\n')

export const progressText = ({ seeds, failed }: Results, of: number, seconds: number): string =>
  `${seeds} of ${of} seeds, ${failed.length} failed, ${(seeds / seconds).toFixed(0)} seeds/s`

const hoursOf = (virtualSeconds: number): string => (virtualSeconds / 3_600).toFixed(1)

export const resultText = (results: Results, seconds: number): string => {
  const { seeds, failed, differing, steps, virtualSeconds, eventCounts } = results
  const events = Object.values(eventCounts).reduce((sum, count) => sum + count, 0)
  const runs = `${seeds} seeds, each run twice, in ${seconds.toFixed(1)} s (${((2 * seeds) / seconds).toFixed(1)} runs/s)`
  const size = `${hoursOf(virtualSeconds)} hours of virtual time, ${steps} steps, ${events} events`
  const traces =
    differing.length === 0 ? 'differing traces 0' : `differing traces ${differing.length}: ${differing.join(', ')}`
  return `${runs}: ${size} · failed ${failed.length} · ${traces}`
}
