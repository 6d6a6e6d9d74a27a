import type pg from 'pg'
import type { AnyTable, Projection, ProjectionStore } from '#projections/ports.ts'
import { createDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { createPool } from './pool.ts'
import { createProjectionStore } from './projection-store.ts'

// Rebuilds a read model from the log beside the live one. The same migrations make its tables in a schema of its own, a
// projector fills them from the log's start, both are compared row by row at one position, and one transaction swaps
// them. The old tables go to another schema, with their checkpoint, so they can be fed on until they are dropped.
//
// "At one position": the live checkpoint's row is locked, so the live projector's next commit waits; what the rebuild
// lacks up to there is caught up meanwhile. Comparing then reads a snapshot taken under the lock, and blocks nobody.

/** Swapping waits this long for queries that are under way; past it nothing has happened, and it can be tried again. */
const lockMilliseconds = 5_000
const rowsShownMax = 10

/** Brings the rebuild to exactly this position of the log: by a projector over its `store`, fed with no later entry. */
type CatchUp = (position: bigint) => Promise<void>

type TableDifference = {
  readonly table: string
  /** Rows that only one side has; a row that differs counts on both sides. */
  readonly onlyLive: number
  readonly onlyRebuilt: number
  /** Some of them, as JSON. */
  readonly examples: readonly string[]
}
export type Comparison = { readonly position: bigint; readonly differences: readonly TableDifference[] }

export type Rebuild = {
  readonly store: ProjectionStore
  /** The differences at one position; none means that the rebuilt read model is the live one. */
  readonly compare: (catchUp: CatchUp) => Promise<Comparison>
  readonly swap: (catchUp: CatchUp) => Promise<void>
}

export type RebuildTablesOptions = { readonly url: string; readonly pool: pg.Pool; readonly projection: Projection }

const bookkeeping = ['projection_checkpoints', 'parked_streams'] as const
const rebuildSchema = (projection: Projection): string => `rebuild_${projection.name}`
/** The schema that holds a read model's old tables after a swap; a projection store over it keeps them fed. */
export const previousSchema = (projection: Projection): string => `previous_${projection.name}`

const relationsOf = (projection: Projection): readonly string[] => [
  ...new Set(projection.tables.map(({ relation }) => relation)),
]

/** Opens the rebuild of a read model: an unfinished one goes on from its checkpoint. */
export const openRebuild = async ({ url, pool, projection }: RebuildTablesOptions): Promise<Rebuild> => {
  const schema = rebuildSchema(projection)
  await createTables({ url, pool, projection })
  return {
    store: createProjectionStore(pool, schema),
    compare: (catchUp) => compare(pool, projection, catchUp),
    swap: (catchUp) => swap(pool, projection, catchUp),
  }
}

/** Drops an unfinished rebuild, so that the next one begins anew. */
export const dropRebuild = async (pool: pg.Pool, projection: Projection): Promise<void> => {
  await pool.query(`drop schema if exists ${rebuildSchema(projection)} cascade`)
}

/** Drops what a swap kept. Nothing may feed it any more. */
export const dropPrevious = async (pool: pg.Pool, projection: Projection): Promise<void> => {
  await pool.query(`drop schema if exists ${previousSchema(projection)} cascade`)
}

const createTables = async ({ url, pool, projection }: RebuildTablesOptions): Promise<void> => {
  const schema = rebuildSchema(projection)
  await pool.query(`create schema if not exists ${schema}`)
  // What breaks while idle is replaced, and what breaks in use fails the migration.
  const own = createDatabase(createPool({ url, schema, connections: 2, onError: () => {} }))
  try {
    await migrate(own, schema)
  } finally {
    await own.destroy()
  }
}

type Work<Result> = (client: pg.PoolClient, position: bigint) => Promise<Result>

/** Runs `work` in a transaction in which the live read model stands still and the rebuild has caught up with it. */
const atOnePosition = async <Result>(
  pool: pg.Pool,
  projection: Projection,
  catchUp: CatchUp,
  work: Work<Result>,
): Promise<Result> => {
  const client = await pool.connect()
  try {
    await client.query(`begin; set local lock_timeout to ${lockMilliseconds}`)
    const live = await positionIn(client, 'public', projection, 'for update')
    await catchUp(live)
    const rebuilt = await positionIn(client, rebuildSchema(projection), projection, '')
    if (rebuilt !== live) throw new Error(`${projection.name}: the rebuild stands at ${rebuilt}, not at ${live}`)
    const result = await work(client, live)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    // The connection goes, and the server rolls back.
    client.release(true)
    throw error
  }
}

const positionIn = async (
  client: pg.PoolClient,
  schema: string,
  projection: Projection,
  lock: 'for update' | '',
): Promise<bigint> => {
  const { rows } = await client.query<{ position: string | null }>(
    `select position::text from ${schema}.projection_checkpoints where projection = $1 ${lock}`,
    [projection.name],
  )
  const position = rows[0]?.position
  if (!position) throw new Error(`${projection.name}: nothing has been projected into ${schema} yet`)
  return BigInt(position)
}

const compare = async (pool: pg.Pool, projection: Projection, catchUp: CatchUp): Promise<Comparison> => {
  const reader = await pool.connect()
  try {
    const position = await atOnePosition(pool, projection, catchUp, async (_client, at) => {
      await reader.query('begin isolation level repeatable read read only')
      // The first query of the transaction takes its snapshot.
      await reader.query('select from public.projection_checkpoints limit 1')
      return at
    })
    const differences: TableDifference[] = []
    for (const table of projection.tables) differences.push(await differenceOf(reader, projection, table))
    await reader.query('commit')
    return { position, differences: differences.filter(({ onlyLive, onlyRebuilt }) => onlyLive + onlyRebuilt > 0) }
  } finally {
    reader.release(true)
  }
}

type DifferenceRow = { readonly only_live: number; readonly only_rebuilt: number; readonly examples: readonly string[] }

const differenceOf = async (
  reader: pg.PoolClient,
  projection: Projection,
  table: AnyTable,
): Promise<TableDifference> => {
  const columns = Object.keys(table.columns).join(', ')
  const rowsIn = (schema: string): string =>
    `select ${columns} from ${schema}.${table.relation} where ${table.positionColumn} is not null`
  const live = rowsIn('public')
  const rebuilt = rowsIn(rebuildSchema(projection))
  const { rows } = await reader.query<DifferenceRow>(
    `with live as (${live} except ${rebuilt}), rebuilt as (${rebuilt} except ${live})
     select (select count(*) from live) as only_live, (select count(*) from rebuilt) as only_rebuilt,
       array(select 'live ' || row_to_json(live) from live limit ${rowsShownMax})
       || array(select 'rebuilt ' || row_to_json(rebuilt) from rebuilt limit ${rowsShownMax}) as examples`,
  )
  const row = rows[0] ?? { only_live: 0, only_rebuilt: 0, examples: [] }
  return { table: table.name, onlyLive: row.only_live, onlyRebuilt: row.only_rebuilt, examples: row.examples }
}

const swap = (pool: pg.Pool, projection: Projection, catchUp: CatchUp): Promise<void> =>
  atOnePosition(pool, projection, catchUp, async (client) => {
    const rebuild = rebuildSchema(projection)
    const previous = previousSchema(projection)
    await client.query(`create schema ${previous}`)
    for (const relation of relationsOf(projection)) {
      await client.query(`alter table public.${relation} set schema ${previous}`)
      await client.query(`alter table ${rebuild}.${relation} set schema public`)
    }
    await swapBookkeeping(client, projection)
    for (const table of bookkeeping) await client.query(`alter table ${rebuild}.${table} set schema ${previous}`)
    await client.query(`drop schema ${rebuild} cascade`)
  })

/** Checkpoint and parked streams change places. A new version makes the live projector load again before it commits. */
const swapBookkeeping = async (client: pg.PoolClient, projection: Projection): Promise<void> => {
  const rebuild = rebuildSchema(projection)
  const { name } = projection
  await client.query(
    `update public.projection_checkpoints live
     set version = live.version + 1, stopped = rebuilt.stopped, updated_at = now()
     from ${rebuild}.projection_checkpoints rebuilt where live.projection = $1 and rebuilt.projection = $1`,
    [name],
  )
  await client.query(`create temporary table parked_rebuilt on commit drop as select * from ${rebuild}.parked_streams`)
  await client.query(`truncate ${rebuild}.parked_streams`)
  await client.query(
    `insert into ${rebuild}.parked_streams select * from public.parked_streams where projection = $1`,
    [name],
  )
  await client.query('delete from public.parked_streams where projection = $1', [name])
  await client.query('insert into public.parked_streams select * from parked_rebuilt')
}
