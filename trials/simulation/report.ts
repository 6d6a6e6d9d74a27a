import type { Story } from './story.ts'
import type { Told } from './told.ts'

// What people read of it.

/** Everything that it takes to look into a story that went wrong. */
export const failureText = ({ seed, problem, draw, last, hash }: Story): string =>
  [
    ...last.map((line) => `  ${line}`),
    `seed ${seed}: ${problem}`,
    `draw: ${JSON.stringify(draw)}`,
    `trace ${hash}; again: npm run simulate -- --start ${seed} --seeds 1 --trace`,
    '',
  ].join('\n')

export const progressText = ({ seeds, failed }: Told, of: number, seconds: number): string =>
  `${seeds} of ${of} seeds, ${failed.length} failed, ${(seeds / seconds).toFixed(0)} seeds/s`

const hoursOf = (virtualSeconds: number): string => (virtualSeconds / 3_600).toFixed(1)

export const resultText = (told: Told, seconds: number): string => {
  const { seeds, failed, differing, steps, virtualSeconds, happened } = told
  const events = Object.values(happened).reduce((sum, count) => sum + count, 0)
  const runs = `${seeds} seeds, each told twice, in ${seconds.toFixed(1)} s (${((2 * seeds) / seconds).toFixed(1)} runs/s)`
  const size = `${hoursOf(virtualSeconds)} hours of virtual time, ${steps} steps, ${events} events`
  const traces =
    differing.length === 0 ? 'differing traces 0' : `differing traces ${differing.length}: ${differing.join(', ')}`
  return `${runs}: ${size} · failed ${failed.length} · ${traces}`
}
