import { cpSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { killUnderLoad } from '#embedded/eventstore/kills/kill-under-load.ts'
import { killPostgres, killRedis } from '../../shop/kill.ts'
import { killAndWait, killRunning } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { ChaosRun, Row } from '../run.ts'

// Rows 4 to 6: the servers that the API and the workers use are killed under load, at times that are drawn from the seed.

const shoppers = 8
const betweenMillisecondsMax = 1_500

const killRepeatedly = async (run: ChaosRun, times: number, kill: () => Promise<void>): Promise<void> => {
  const { harness } = run
  await withLoad(harness.shop, shoppers, async () => {
    for (let kills = 0; kills < times; kills += 1) {
      await sleep(harness.random.below(betweenMillisecondsMax))
      await killAndWait(run, kill)
    }
  })
}

/** Several nodes with a few kills each: a node's whole log is read after each kill, so it must not grow too long. */
const nodes = 5
const killsOfNode = 10
const killsOfNodeSample = 3
const killsOfPlatform = 5
const killsOfPlatformSample = 2

/**
 * Kills event store nodes that nothing else uses and that are written to as fast as they can. Each acknowledged append is
 * synced to disk here before the next one, and has to be in the log after the kill.
 */
const killSeparateNodes = async ({ harness, recoveries, addFinding, sample }: ChaosRun): Promise<void> => {
  let acknowledged = 0
  for (let node = 1; node <= (sample ? 1 : nodes); node += 1) {
    const folder = path.join(harness.stack.dataDir, `killed-node-${node}`)
    const report = await killUnderLoad({ folder, kills: sample ? killsOfNodeSample : killsOfNode })
    for (let kill = 0; kill < report.kills; kill += 1) recoveries.killed()
    for (const problem of report.problems) addFinding(`separate event store node: ${problem}`, 'lostAcks')
    acknowledged += report.appendsAcknowledged
    rmSync(folder, { recursive: true })
  }
  harness.say(`  separate event store nodes acknowledged ${acknowledged} appends between kills`)
}

export const eventStoreRow: Row = {
  number: 4,
  name: 'event store killed under load: separate nodes, then the node of the platform',
  run: async (run) => {
    const { harness, sample } = run
    await killSeparateNodes(run)
    const times = sample ? killsOfPlatformSample : killsOfPlatform
    await killRepeatedly(run, times, () => killRunning(harness, 'eventstore'))
  },
}

export const postgresRow: Row = {
  number: 5,
  name: 'Postgres killed under load',
  run: (run) => killRepeatedly(run, run.sample ? 1 : 5, () => killPostgres(run.harness.stack)),
}

/** Kills Redis and starts it with a copy of its data from some sales ago, as if restored from a backup. */
const restoreRedis = async (run: ChaosRun): Promise<void> => {
  const { stack } = run.harness
  const live = path.join(stack.dataDir, 'redis', 'appendonlydir')
  const old = `${live}.old`
  cpSync(live, old, { recursive: true })
  await sleep(run.sample ? 2_000 : 10_000)
  const beforeRestart = (): void => {
    rmSync(live, { recursive: true, force: true })
    renameSync(old, live)
  }
  await killAndWait(run, () => killRedis(stack, { beforeRestart }))
}

export const redisRow: Row = {
  number: 6,
  name: 'Redis killed, then wiped and killed, then killed and restored from an old copy',
  run: async (run) => {
    const { harness } = run
    if (!harness.stack.parts.has('redis')) {
      harness.say('  skipped: there is no Redis on this machine')
      return 'skipped'
    }
    await withLoad(harness.shop, shoppers, async () => {
      await killAndWait(run, () => killRedis(harness.stack))
      await killAndWait(run, () => killRedis(harness.stack, { wipe: true }))
      await restoreRedis(run)
    })
    return undefined
  },
}
