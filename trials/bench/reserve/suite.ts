import path from 'node:path'
import { startPostgres } from '#embedded/postgres/start.ts'
import { startRedis } from '#embedded/redis/start.ts'
import { closable } from '../closing.ts'
import { type GroupReport, showProgress } from '../report.ts'
import { type Contender, type Group, runGroup, type Settings } from '../run.ts'
import { createFolder } from '../servers.ts'
import { clientCeiling } from './ceiling.ts'
import { openHoldfastShop } from './holdfast-shop.ts'
import { openHttpShop } from './http-shop.ts'
import { syncBeforeAnswer } from './redis-shop.ts'
import { type Means, rivalsFor } from './rivals.ts'
import { arenaOf, type Scenario } from './shop.ts'
import { tuned } from './tuning.ts'

// Holding stock: one sku that everybody wants, and ten thousand that few want. Equal terms: whoever answers has the hold
// and its reservation record on disk. Nothing shared is at rest meanwhile: all of it runs on this one machine.

/** More than a round can sell. */
const unitsMany = 1_000_000
const unitsQuick = 100_000

const scenariosOf = ({ seconds, quick }: Settings): readonly Scenario[] => {
  const units = quick ? unitsQuick : unitsMany
  const milliseconds = seconds * 1_000
  return [
    {
      title: `One hot sku, 1,000 clients steady, stock ${units.toLocaleString('en-US')}`,
      skus: 1,
      units,
      load: { kind: 'steady', clients: 1_000, milliseconds },
    },
    { title: 'One hot sku, burst of 1,000, stock 100', skus: 1, units: 100, load: { kind: 'burst', clients: 1_000 } },
    { title: 'One hot sku, burst of 10,000, stock 100', skus: 1, units: 100, load: { kind: 'burst', clients: 10_000 } },
    {
      title: '10,000 cold skus, 1,000 clients steady, stock 1,000 each',
      skus: 10_000,
      units: 1_000,
      load: { kind: 'steady', clients: 1_000, milliseconds },
    },
  ]
}

const ours = (scenario: Scenario): Contender => ({
  design: 'ours in process',
  durability: 'log synced',
  open: async () => arenaOf(await openHoldfastShop(), scenario),
})

const connections = 250
/** An API answers some fifty thousand requests before what they run through is compiled as well as it will be. */
const httpWarmUps = 2
/** Rounds over HTTP are so much longer: the read models follow in bursts, and a collection of garbage weighs less. */
const httpLengthFactor = 2

const overHttp = (apis: number, scenario: Scenario): Contender => ({
  design: apis === 1 ? 'ours over HTTP, one API process' : `ours over HTTP, ${apis} API processes`,
  durability: 'log synced',
  open: async () => arenaOf(await openHttpShop({ apis, connections }), scenario),
})

/** A whole stack on the same machine: the read models follow while stock is sold, and how far behind they are is told. */
const httpGroupOf = ({ seconds }: Settings): Group => {
  const scenario: Scenario = {
    title: `One hot sku over HTTP, ${connections} connections steady, stock ${unitsMany.toLocaleString('en-US')}`,
    skus: 1,
    units: unitsMany,
    load: { kind: 'steady', clients: connections, milliseconds: seconds * httpLengthFactor * 1_000 },
  }
  const contenders = [overHttp(1, scenario), overHttp(3, scenario), ours(scenario)]
  return { title: scenario.title, unit: 'answers', contenders, warmUps: httpWarmUps }
}

const contendersOf = async (scenario: Scenario, means: Means): Promise<readonly Contender[]> => {
  const contenders = [ours(scenario)]
  for (const rival of rivalsFor(scenario, means)) contenders.push(await tuned(rival, scenario))
  return scenario.load.kind === 'steady' ? [...contenders, clientCeiling(scenario)] : contenders
}

/** One Postgres and one Redis for all rivals, on a folder that goes with them. */
const startServers = async (): Promise<Omit<Means, 'quick'> & { readonly stop: () => Promise<void> }> => {
  const { folder, remove } = await createFolder()
  const postgres = await startPostgres({ dataDir: path.join(folder, 'postgres'), port: 0 })
  const stopPostgres = closable(postgres.stop)
  const redis = await startRedis({ dataDir: path.join(folder, 'redis'), port: 0 })
  const stopRedis = 'unavailable' in redis ? undefined : closable(redis.stop)
  if ('unavailable' in redis) showProgress(redis.unavailable)
  else await syncBeforeAnswer(redis.url)
  return {
    postgresUrl: postgres.url,
    redisUrl: 'unavailable' in redis ? undefined : redis.url,
    stop: async () => {
      await stopRedis?.()
      await stopPostgres()
      await remove()
    },
  }
}

export const reserveSuite = async (settings: Settings): Promise<readonly GroupReport[]> => {
  const reports = [await runGroup(httpGroupOf(settings))]
  const servers = await startServers()
  try {
    for (const scenario of scenariosOf(settings)) {
      const contenders = await contendersOf(scenario, { ...servers, quick: settings.quick })
      reports.push(await runGroup({ title: scenario.title, unit: 'answers', contenders }))
    }
    return reports
  } finally {
    await servers.stop()
  }
}
