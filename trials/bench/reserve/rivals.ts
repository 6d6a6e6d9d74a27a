import { openEmmettShop } from './emmett-shop.ts'
import { byOneStatement, byRowLock, openPostgresShop, type Reserve } from './postgres-shop.ts'
import { openRedisShop } from './redis-shop.ts'
import type { Scenario } from './shop.ts'
import type { Rival } from './tuning.ts'
import { openUnitShop } from './unit-shop.ts'

const poolSizes = [2, 4, 8, 16, 32]
/** A look is not worth trying sizes for. */
const poolSizesQuick = [8]
/** Where trying costs a minute, because a round begins with making a row for each unit. */
const poolSizesForUnits = [4, 16]
/** Where it makes no difference: one after the other, or waiting most of the time to try again. */
const poolSizesForEmmett = [10]
/** More rows than that take longer to make than all other rows of the table to measure. */
const unitRowsMax = 1_000_000
/** Reading the whole stream for each request, more clients than that are answered in minutes. */
const emmettClientsMax = 1_000

export type Means = {
  readonly postgresUrl: string
  /** Undefined on a machine without Redis. */
  readonly redisUrl: string | undefined
  /** A look: without trying sizes, and without who takes minutes. */
  readonly quick: boolean
}

const onCounter = (design: string, reserve: Reserve, { postgresUrl, quick }: Means): Rival => ({
  design,
  durability: 'WAL synced',
  poolSizes: quick ? poolSizesQuick : poolSizes,
  open: (connections) => openPostgresShop(postgresUrl, connections, reserve),
})

const onUnits = ({ postgresUrl, quick }: Means): Rival => ({
  design: 'Postgres row a unit, SKIP LOCKED',
  durability: 'WAL synced',
  poolSizes: quick ? poolSizesQuick : poolSizesForUnits,
  open: (connections) => openUnitShop(postgresUrl, connections),
})

const onRedis = (redisUrl: string, { postgresUrl, quick }: Means): Rival => ({
  design: 'Redis script and Postgres insert',
  durability: 'AOF and WAL synced',
  poolSizes: quick ? poolSizesQuick : poolSizes,
  open: (connections) => openRedisShop(redisUrl, postgresUrl, connections),
})

const onEmmett = (design: string, lock: boolean, { postgresUrl }: Means): Rival => ({
  design,
  durability: 'WAL synced',
  poolSizes: poolSizesForEmmett,
  open: (connections) => openEmmettShop(postgresUrl, connections, lock),
})

/** What a team would run instead, as far as it can bear this load at all. */
export const rivalsFor = ({ skus, units, load }: Scenario, means: Means): readonly Rival[] => {
  const isForEmmett = skus === 1 && load.clients <= emmettClientsMax && !means.quick
  return [
    onCounter('Postgres row lock', byRowLock, means),
    onCounter('Postgres one statement', byOneStatement, means),
    ...(skus * units <= unitRowsMax ? [onUnits(means)] : []),
    ...(means.redisUrl === undefined ? [] : [onRedis(means.redisUrl, means)]),
    ...(isForEmmett && load.kind === 'burst' ? [onEmmett('Emmett, retrying', false, means)] : []),
    ...(isForEmmett ? [onEmmett('Emmett, a queue for each stream', true, means)] : []),
  ]
}
