// Row 14: who reads the log stops, is slow, or never takes what it asked for. Writers do not wait for it, nobody's memory
// grows with what it has not read, and somebody on duty is told.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { START } from '@eventstore/db-client'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { eventually } from '../../shop/eventually.ts'
import { pauseProcess, untilRunning } from '../kills.ts'
import { alarmRaisedAndCleared, alarmsSoFar, lagSeconds } from '../lag.ts'
import { withLoad } from '../load.ts'
import type { Row, Run } from '../run.ts'
import type { ChaosStage } from '../world.ts'

const shoppers = 6
/** Longer than it takes until an API ticks, as no worker does, and until an alarm is raised then. */
const stopMilliseconds = 50_000
const slowRounds = 15
const slowRoundsSample = 3
const slowMilliseconds = 900
const wakeMilliseconds = 100
const lagSecondsMin = 30
/** Looked for so long before the consumer is woken at the latest. */
const endMilliseconds = 1_000
const growthBytesMax = 200 * 1_024 * 1_024
const successesMin = 20
const hangingReaders = 8
const disposeMilliseconds = 2_000

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024

/** Whoever writes or serves reads. */
const watched = ['eventstore', 'api-1'] as const

/** Counts successes and memory while consumers do badly. */
const whileWritersGoOn = async ({ world, wrong }: Run, work: () => Promise<void>): Promise<void> => {
  const pids = await Promise.all(watched.map(async (part) => [part, await untilRunning(world, part)] as const))
  const before = new Map(pids.map(([part, pid]) => [part, residentBytes(pid)]))
  let successes = 0
  let over = false
  const counting = async (): Promise<void> => {
    while (!over) {
      await world.nextSuccess()
      successes += 1
    }
  }
  void counting()
  await work()
  over = true
  if (successes < successesMin) wrong(`while a consumer did not keep up only ${successes} requests succeeded`)
  for (const [part, pid] of pids) {
    const growth = residentBytes(pid) - (before.get(part) ?? 0)
    if (growth > growthBytesMax) wrong(`while a consumer did not keep up ${part} grew by ${growth} bytes`)
  }
}

/** Subscriptions to everything whose other end never takes an event. */
const withHangingReaders = async ({ stack }: ChaosStage, work: () => Promise<void>): Promise<void> => {
  const client = connectEventStore(stack.addresses.eventStoreUrl)
  const readers = Array.from({ length: hangingReaders }, () =>
    client.subscribeToAll({ fromPosition: START }, { highWaterMark: 1 }).on('error', () => undefined),
  )
  try {
    await work()
  } finally {
    for (const reader of readers) reader.destroy()
    await Promise.race([client.dispose(), sleep(disposeMilliseconds)])
  }
}

const stopConsumer = async ({ world, wrong }: Run): Promise<void> => {
  const before = alarmsSoFar(world)
  const isShown = (lag: number): boolean => lag > lagSecondsMin
  const lagShown = eventually(() => lagSeconds(world), isShown, stopMilliseconds - endMilliseconds)
  await Promise.all([
    pauseProcess(world, 'worker-1', stopMilliseconds),
    lagShown.catch((error: unknown) => wrong(`the lag of a stopped consumer is not shown: ${String(error)}`)),
  ])
  const missing = await alarmRaisedAndCleared(world, before)
  if (missing !== undefined) wrong(missing)
}

const slowConsumer = async ({ world, sample }: Run): Promise<void> => {
  for (let round = 0; round < (sample ? slowRoundsSample : slowRounds); round += 1) {
    await pauseProcess(world, 'worker-1', slowMilliseconds)
    await sleep(wakeMilliseconds)
  }
}

export const consumerRow: Row = {
  number: 14,
  name: 'the consumer stopped, slow, and never taking what it asked for, under load',
  run: async (run) => {
    const badly = async (): Promise<void> => {
      await slowConsumer(run)
      await stopConsumer(run)
    }
    await withLoad(run.world.shop, shoppers, () => whileWritersGoOn(run, () => withHangingReaders(run.world, badly)))
  },
}
