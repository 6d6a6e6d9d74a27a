import { openEmmettShop } from './emmett-shop.ts'
import { byOneStatement, byRowLock, openPostgresShop, type Reserve } from './postgres-shop.ts'
import { openRedisShop } from './redis-shop.ts'
import type { Scenario } from './shop.ts'
import type { Rival } from './tuning.ts'
import { openUnitShop } from './unit-shop.ts'

const poolSizes = [2, 4, 5, 8, 10, 16, 32]
/** Where trying costs a minute: a round stocks up a row a unit, or fights for every version of a stream. */
const poolSizesFew = [5, 16]
/** More rows than that take longer to make than all other rows of the table to measure. */
const unitRowsMax = 1_000_000
/** Optimistic retries of more clients than that on one stream do not end in a reasonable time. */
const racersMax = 1_000

export type Servers = {
  readonly postgresUrl: string
  /** Undefined on a machine without Redis. */
  readonly redisUrl: string | undefined
}

const onCounter = (design: string, reserve: Reserve, { postgresUrl }: Servers): Rival => ({
  design,
  durability: 'WAL synced',
  poolSizes,
  open: (connections) => openPostgresShop(postgresUrl, connections, reserve),
})

const onUnits = ({ postgresUrl }: Servers): Rival => ({
  design: 'Postgres row a unit, SKIP LOCKED',
  durability: 'WAL synced',
  poolSizes: poolSizesFew,
  open: (connections) => openUnitShop(postgresUrl, connections),
})

const onRedis = (redisUrl: string, { postgresUrl }: Servers): Rival => ({
  design: 'Redis script and Postgres insert',
  durability: 'AOF and WAL synced',
  poolSizes,
  open: (connections) => openRedisShop(redisUrl, postgresUrl, connections),
})

const onEmmett = (design: string, lock: boolean, { postgresUrl }: Servers): Rival => ({
  design,
  durability: 'WAL synced',
  poolSizes: poolSizesFew,
  open: (connections) => openEmmettShop(postgresUrl, connections, lock),
})

/** What a team would run instead, as far as it can bear this load at all. */
export function rivalsFor({ skus, units, load }: Scenario, servers: Servers): readonly Rival[] {
  const isRace = skus === 1 && load.kind === 'burst' && load.clients <= racersMax
  return [
    onCounter('Postgres row lock', byRowLock, servers),
    onCounter('Postgres one statement', byOneStatement, servers),
    ...(skus * units <= unitRowsMax ? [onUnits(servers)] : []),
    ...(servers.redisUrl === undefined ? [] : [onRedis(servers.redisUrl, servers)]),
    ...(isRace ? [onEmmett('Emmett, retrying', false, servers)] : []),
    ...(skus === 1 ? [onEmmett('Emmett, a queue for each stream', true, servers)] : []),
  ]
}
