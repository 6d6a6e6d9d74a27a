import { setTimeout as sleep } from 'node:timers/promises'
import { killAndWait, killRunning } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { Row } from '../run.ts'

// Row 12: an API and the worker run for a while with wrong and jumping wall clocks (`shifted-clock.ts`). The log's timestamps
// show afterwards whether a hold or an order expired too early.

const shoppers = 6
const shiftSeconds = 3_600

const shifted = {
  NODE_OPTIONS: `--import=${new URL('../shifted-clock.ts', import.meta.url).href}`,
  CLOCK_SHIFT_SECONDS: String(shiftSeconds),
}

export const clocksRow: Row = {
  number: 12,
  name: 'wall clocks of API and worker alternate between an hour ahead and an hour behind',
  run: async (run) => {
    const { harness, sample } = run
    const parts = ['api-1', 'worker-1'] as const
    await withLoad(harness.shop, shoppers, async () => {
      for (const part of parts) {
        harness.onStart(part, () => shifted)
        await killAndWait(run, () => killRunning(harness, part))
      }
      await sleep(sample ? 10_000 : 40_000)
      for (const part of parts) {
        harness.onStart(part, () => ({}))
        await killAndWait(run, () => killRunning(harness, part))
      }
    })
  },
}
