import { cpSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { killUnderLoad } from '#embedded/eventstore/kills/kill-under-load.ts'
import { killPostgres, wipeAndKillRedis } from '../../shop/kill.ts'
import { killAndWait, killRunning } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { Row, Run } from '../run.ts'
import type { ChaosStage } from '../world.ts'

// Rows 4 to 6: the servers under the API and the workers die under load. What is killed when is drawn from the seed.

const shoppers = 8
const betweenMillisecondsMax = 1_500

const killed = async (run: Run, times: number, kill: () => Promise<void>): Promise<void> => {
  const { world } = run
  await withLoad(world.shop, shoppers, async () => {
    for (let kills = 0; kills < times; kills += 1) {
      await sleep(world.random.below(betweenMillisecondsMax))
      await killAndWait(run, kill)
    }
  })
}

/** A log is read whole after each kill, so it must not grow for ever. */
const nodesAlone = 5
const killsOfNode = 10
const killsOfNodeSample = 3
const killsOfPlatform = 5
const killsOfPlatformSample = 2

/** A node that is written to as fast as it takes it, each acknowledgement synced by the driver before it goes on. */
const killNodeAlone = async ({ world, recoveries, wrong, sample }: Run): Promise<void> => {
  let acknowledged = 0
  for (let node = 1; node <= (sample ? 1 : nodesAlone); node += 1) {
    const folder = path.join(world.stack.dataDir, `killed-node-${node}`)
    const report = await killUnderLoad({ folder, kills: sample ? killsOfNodeSample : killsOfNode })
    for (let kill = 0; kill < report.kills; kill += 1) recoveries.killed()
    for (const problem of report.problems) wrong(`event store: ${problem}`, 'lostAcks')
    acknowledged += report.appendsAcknowledged
    rmSync(folder, { recursive: true })
  }
  world.say(`  ${acknowledged} appends acknowledged by nodes alone, killed again and again`)
}

export const eventStoreRow: Row = {
  number: 4,
  name: 'event store killed under load, a node alone and that of the platform',
  run: async (run) => {
    const { world, sample } = run
    await killNodeAlone(run)
    await killed(run, sample ? killsOfPlatformSample : killsOfPlatform, () => killRunning(world, 'eventstore'))
  },
}

export const postgresRow: Row = {
  number: 5,
  name: 'Postgres killed under load',
  run: (run) => killed(run, run.sample ? 1 : 5, () => killPostgres(run.world.stack)),
}

const killRedis = async ({ stack }: ChaosStage, beforeRestart: () => void = () => undefined): Promise<void> => {
  const part = stack.parts.get('redis')
  if (part === undefined) return
  const redis = new Redis(stack.addresses.redisUrl ?? '')
  redis.on('error', () => undefined)
  const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1])
  const back = part.next()
  const { exited } = part.current()
  process.kill(pid, 'SIGKILL')
  redis.disconnect()
  await exited
  // Its supervisor waits a moment before it starts it again.
  beforeRestart()
  await back
}

/** As from a backup: what Redis knew some sales ago, and nothing since. */
const restoreRedis = async (run: Run): Promise<void> => {
  const { world } = run
  const live = path.join(world.stack.dataDir, 'redis', 'appendonlydir')
  const old = `${live}.old`
  cpSync(live, old, { recursive: true })
  await sleep(run.sample ? 2_000 : 10_000)
  await killAndWait(run, () =>
    killRedis(world, () => {
      rmSync(live, { recursive: true, force: true })
      renameSync(old, live)
    }),
  )
}

export const redisRow: Row = {
  number: 6,
  name: 'Redis killed, wiped, and restored from an old copy',
  run: async (run) => {
    const { world } = run
    if (!world.stack.parts.has('redis')) {
      world.say('  there is no Redis on this machine: nothing to kill')
      return 'skipped'
    }
    await withLoad(world.shop, shoppers, async () => {
      await killAndWait(run, () => killRedis(world))
      await killAndWait(run, () => wipeAndKillRedis(world.stack))
      await restoreRedis(run)
    })
    return undefined
  },
}
