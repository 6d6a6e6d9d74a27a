import type pg from 'pg'
import type { AnyTable, Commit, Head, ParkedStream, ProjectionStore, RowKey, StoredRow } from '#projections/ports.ts'

// Rows and checkpoints of read models in Postgres. Rows travel as one JSON array a table, which both ends read and write
// natively, so that a batch costs one statement a table whatever its size. Statements have names: the server then parses each
// once a connection. Everything lies in one schema: the live one, or that of a rebuild.

type ColumnsOf = (table: AnyTable) => readonly string[]

const id = (name: string): string => `"${name.replaceAll('"', '""')}"`
const columnsOf: ColumnsOf = (table) => Object.keys(table.columns)
const typed = (table: AnyTable, columns: readonly string[]): string =>
  columns.map((column) => `${id(column)} ${table.columns[column] ?? 'text'}`).join(', ')
const list = (columns: readonly string[], prefix = ''): string =>
  columns.map((column) => `${prefix}${id(column)}`).join(', ')

export const createProjectionStore = (pool: pg.Pool, schema = 'public'): ProjectionStore => ({
  load: async (projection, keys) => {
    const head = await loadHead(pool, schema, projection)
    const loaded = await Promise.all([...byTable(keys)].map(([table, of]) => loadRows(pool, schema, table, of)))
    return { head, rows: loaded.flat() }
  },
  commit: (commit) => inTransaction(pool, (client) => writeCommit(client, schema, commit)),
})

const byTable = <Row extends RowKey>(rows: readonly Row[]): ReadonlyMap<AnyTable, readonly Row[]> =>
  Map.groupBy(rows, ({ table }) => table)

type ParkedRow = Omit<ParkedStream, 'position'> & { readonly position: string }
type HeadRow = {
  readonly version: number
  readonly position: string | null
  readonly stopped: string | null
  readonly parked: readonly ParkedRow[] | null
}

const loadHead = async (pool: pg.Pool, schema: string, projection: string): Promise<Head> => {
  const { rows } = await pool.query<HeadRow>({
    name: `load head of ${schema}`,
    text: `select version, position::text, stopped,
       (select json_agg(json_build_object('stream', stream, 'revision', revision, 'position', position::text,
          'problem', problem, 'lastRevision', last_revision))
        from ${id(schema)}.parked_streams p where p.projection = c.projection) as parked
     from ${id(schema)}.projection_checkpoints c where projection = $1`,
    values: [projection],
  })
  const [row] = rows
  const parked = (row?.parked ?? []).map((one) => ({ ...one, position: BigInt(one.position) }))
  return {
    version: row?.version ?? 0,
    position: row?.position ? BigInt(row.position) : undefined,
    stopped: row?.stopped ?? undefined,
    parked: new Map(parked.map((one) => [one.stream, one])),
  }
}

const keyObject = (table: AnyTable, { key }: RowKey): Readonly<Record<string, unknown>> =>
  Object.fromEntries(table.key.map((column, index) => [column, key[index]]))

const loadRows = async (
  pool: pg.Pool,
  schema: string,
  table: AnyTable,
  keys: readonly RowKey[],
): Promise<readonly StoredRow[]> => {
  const { rows } = await pool.query<Record<string, unknown> & { row_position: string }>({
    name: `load ${table.name} of ${schema}`,
    text: `select ${list(columnsOf(table), 't.')}, t.${id(table.positionColumn)}::text as row_position
     from ${id(schema)}.${id(table.relation)} t
     join json_to_recordset($1::json) as k (${typed(table, table.key)}) using (${list(table.key)})
     where t.${id(table.positionColumn)} is not null`,
    values: [JSON.stringify(keys.map((key) => keyObject(table, key)))],
  })
  return rows.map(({ row_position, ...values }) => ({
    table,
    key: table.key.map((column) => {
      const value = values[column]
      return typeof value === 'number' ? value : String(value)
    }),
    values,
    position: BigInt(row_position),
  }))
}

const inTransaction = async <Result extends string>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect()
  try {
    // A crash of the server may take back the last commits, rows and checkpoint together: the log still has the events.
    await client.query('begin; set local synchronous_commit to off')
    const result = await work(client)
    await client.query(result === 'refused' ? 'rollback' : 'commit')
    client.release()
    return result
  } catch (error) {
    // A connection in an unknown state goes out of the pool; the server rolls back what it began.
    client.release(true)
    throw error
  }
}

const writeCommit = async (client: pg.PoolClient, schema: string, commit: Commit): Promise<'committed' | 'refused'> => {
  // First of all: the row lock makes a rival wait here, and then be refused, before it writes anything.
  const advanced = await client.query({
    name: `advance in ${schema}`,
    text: `insert into ${id(schema)}.projection_checkpoints as c (projection, position, version, stopped)
     values ($1, $2, $3 + 1, $4)
     on conflict (projection) do update
       set position = excluded.position, version = excluded.version, stopped = excluded.stopped, updated_at = now()
       where c.version = $3`,
    values: [commit.projection, commit.position?.toString() ?? null, commit.expectedVersion, commit.stopped ?? null],
  })
  if (advanced.rowCount !== 1) return 'refused'
  for (const [table, rows] of byTable(commit.rows)) await upsert(client, schema, table, rows)
  await writeParked(client, schema, commit)
  return 'committed'
}

const upsert = async (
  client: pg.PoolClient,
  schema: string,
  table: AnyTable,
  rows: readonly StoredRow[],
): Promise<void> => {
  const columns = columnsOf(table)
  const position = id(table.positionColumn)
  const assigned = columns.filter((column) => !table.key.includes(column))
  const updates = [...assigned.map(id), position].map((column) => `${column} = excluded.${column}`).join(', ')
  const records = rows.map((row) => ({ ...row.values, row_position: row.position.toString() }))
  await client.query({
    name: `upsert ${table.name} of ${schema}`,
    text: `insert into ${id(schema)}.${id(table.relation)} as t (${list(columns)}, ${position})
     select ${list(columns)}, row_position
     from json_to_recordset($1::json) as r (${typed(table, columns)}, row_position bigint)
     on conflict (${list(table.key)}) do update set ${updates}
       where t.${position} is null or t.${position} <= excluded.${position}`,
    values: [JSON.stringify(records)],
  })
}

const writeParked = async (client: pg.PoolClient, schema: string, commit: Commit): Promise<void> => {
  for (const { stream, revision, position, problem, lastRevision } of commit.parked)
    await client.query(
      `insert into ${id(schema)}.parked_streams (projection, stream, revision, position, problem, last_revision)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (projection, stream) do update set revision = excluded.revision, position = excluded.position,
         problem = excluded.problem, last_revision = excluded.last_revision`,
      [commit.projection, stream, revision, position.toString(), problem, lastRevision],
    )
  if (commit.resumed.length > 0)
    await client.query(`delete from ${id(schema)}.parked_streams where projection = $1 and stream = any($2)`, [
      commit.projection,
      commit.resumed,
    ])
}
