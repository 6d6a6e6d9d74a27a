import { setTimeout as sleep } from 'node:timers/promises'
import { killAndWait, killRunning } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { Row } from '../run.ts'

// Row 12: processes whose clocks are wrong.

const shoppers = 6
const shiftSeconds = 3_600

/** The file that shifts the clock is TypeScript, as is everything that the process loads after it. */
const shifted = {
  NODE_OPTIONS: `--import=${new URL('../shifted-clock.ts', import.meta.url).href}`,
  CLOCK_SHIFT_SECONDS: String(shiftSeconds),
}

export const clocksRow: Row = {
  number: 12,
  name: 'clocks of the API and the worker an hour ahead, and an hour behind, in turns',
  run: async (run) => {
    const { world, sample } = run
    const parts = ['api-1', 'worker-1'] as const
    await withLoad(world.shop, shoppers, async () => {
      for (const part of parts) {
        world.onStart(part, () => shifted)
        await killAndWait(run, () => killRunning(world, part))
      }
      await sleep(sample ? 10_000 : 40_000)
      for (const part of parts) {
        world.onStart(part, () => ({}))
        await killAndWait(run, () => killRunning(world, part))
      }
    })
  },
}
