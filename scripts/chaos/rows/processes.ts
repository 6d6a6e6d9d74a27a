import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { killAndWait, killRunning, pauseProcess, untilRunning } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { Row, Run } from '../run.ts'

// Rows 12 to 14: a process whose clock is wrong, one that is paused and woken, one that does not keep up.

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

export const pausedRow: Row = {
  number: 13,
  name: 'the API, then the worker, paused for longer than they own what they do',
  run: async ({ world, sample }) => {
    const milliseconds = sample ? 12_000 : 30_000
    await withLoad(world.shop, shoppers, async () => {
      await sleep(1_000)
      await pauseProcess(world, 'api-1', milliseconds)
      await world.nextSuccess()
      await pauseProcess(world, 'worker-1', milliseconds)
      await world.nextSuccess()
    })
  },
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024

const growthBytesMax = 200 * 1_024 * 1_024
const successesMin = 20

/** The consumer of everything hangs; writers must not wait for it, nor keep for it what it does not fetch. */
const stopConsumer = async ({ world, wrong }: Run, milliseconds: number): Promise<void> => {
  const pid = await untilRunning(world, 'eventstore')
  const before = residentBytes(pid)
  let successes = 0
  let over = false
  const counting = async (): Promise<void> => {
    while (!over) {
      await world.nextSuccess()
      successes += 1
    }
  }
  void counting()
  await pauseProcess(world, 'worker-1', milliseconds)
  over = true
  const growth = residentBytes(pid) - before
  if (successes < successesMin) wrong(`with the consumer stopped ${successes} requests succeeded in ${milliseconds} ms`)
  if (growth > growthBytesMax) wrong(`with its consumer stopped the event store grew by ${growth} bytes`)
}

export const consumerRow: Row = {
  number: 14,
  name: 'the consumer stopped under load',
  run: async (run) => {
    await withLoad(run.world.shop, shoppers, () => stopConsumer(run, run.sample ? 8_000 : 60_000))
  },
}
