// Row 14: consumers of the log do not keep up. The worker is slowed down, then stopped; other subscribers never take an event.
// Requests have to succeed meanwhile, the event store and api-1 must not buffer what is not consumed, and the lag has to be
// visible in the metrics and as an alarm in the log.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { START } from '@eventstore/db-client'
import { errorText } from '#domain/error-text.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { eventually } from '../../shop/retry.ts'
import type { ChaosHarness } from '../harness.ts'
import { pauseProcess, untilRunning } from '../kills.ts'
import { countLagAlarms, lagSeconds, missingLagAlarm } from '../lag.ts'
import { withLoad } from '../load.ts'
import type { ChaosRun, Row } from '../run.ts'

const shoppers = 6
/** Longer than an API takes to append clock ticks in place of the worker and then to raise the lag alarm. */
const stopMilliseconds = 50_000
const slowRounds = 15
const slowRoundsSample = 3
/** The slow worker is stopped for this time, and then runs for `runMilliseconds`. */
const slowMilliseconds = 900
const runMilliseconds = 100
const lagSecondsMin = 30
/** The lag has to be visible this long before the worker runs again. */
const lagMarginMilliseconds = 1_000
const growthBytesMax = 200 * 1_024 * 1_024
const successesMin = 20
const hangingSubscribers = 8
const disposeMilliseconds = 2_000

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1_024

/** The processes that must not buffer events for a slow consumer. */
const watchedParts = ['eventstore', 'api-1'] as const

/** Checks that requests succeed and memory does not grow during `work`. */
const watching = async ({ harness, addFinding }: ChaosRun, work: () => Promise<void>): Promise<void> => {
  const pids = await Promise.all(watchedParts.map(async (part) => [part, await untilRunning(harness, part)] as const))
  const before = new Map(pids.map(([part, pid]) => [part, residentBytes(pid)]))
  let successes = 0
  let isOver = false
  const countSuccesses = async (): Promise<void> => {
    while (!isOver) {
      await harness.nextSuccess()
      successes += 1
    }
  }
  void countSuccesses()
  await work()
  isOver = true
  if (successes < successesMin)
    addFinding(`only ${successes} requests succeeded while consumers did not keep up; at least ${successesMin} should`)
  for (const [part, pid] of pids) {
    const growth = residentBytes(pid) - (before.get(part) ?? 0)
    if (growth > growthBytesMax) addFinding(`${part} grew by ${growth} bytes while consumers did not keep up`)
  }
}

/** Runs `work` while subscriptions to the whole log are open whose client never takes an event. */
const withHangingSubscribers = async ({ stack }: ChaosHarness, work: () => Promise<void>): Promise<void> => {
  const client = connectEventStore(stack.addresses.eventStoreUrl)
  const subscriptions = Array.from({ length: hangingSubscribers }, () =>
    client.subscribeToAll({ fromPosition: START }, { highWaterMark: 1 }).on('error', () => undefined),
  )
  try {
    await work()
  } finally {
    for (const subscription of subscriptions) subscription.destroy()
    await Promise.race([client.dispose(), sleep(disposeMilliseconds)])
  }
}

const stopWorker = async ({ harness, addFinding }: ChaosRun): Promise<void> => {
  const before = countLagAlarms(harness)
  const lagShown = eventually(
    () => lagSeconds(harness),
    (lag) => lag > lagSecondsMin,
    { millisecondsMax: stopMilliseconds - lagMarginMilliseconds },
  )
  await Promise.all([
    pauseProcess(harness, 'worker-1', stopMilliseconds),
    lagShown.catch((error: unknown) =>
      addFinding(`the metrics do not show a lag of ${lagSecondsMin} s of the stopped worker: ${errorText(error)}`),
    ),
  ])
  const missing = await missingLagAlarm(harness, before)
  if (missing !== undefined) addFinding(missing)
}

const slowWorker = async ({ harness, sample }: ChaosRun): Promise<void> => {
  for (let round = 0; round < (sample ? slowRoundsSample : slowRounds); round += 1) {
    await pauseProcess(harness, 'worker-1', slowMilliseconds)
    await sleep(runMilliseconds)
  }
}

export const consumerRow: Row = {
  number: 14,
  name: 'worker slow, then stopped, and subscribers that never take an event, under load',
  run: async (run) => {
    const slowThenStop = async (): Promise<void> => {
      await slowWorker(run)
      await stopWorker(run)
    }
    await withLoad(run.harness.shop, shoppers, () =>
      watching(run, () => withHangingSubscribers(run.harness, slowThenStop)),
    )
  },
}
