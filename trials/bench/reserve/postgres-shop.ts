// What a team would write instead: a counter and a reservation row in one Postgres transaction, synced before the answer.
// Statements are prepared once a connection, and connections are never waited for in vain: nothing here is slow on purpose.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Shop } from './shop.ts'

export type Reserve = (pool: pg.Pool, sku: string, expiresAt: Date) => Promise<boolean>

const holdMilliseconds = 900_000

export const expiry = (): Date => new Date(Date.now() + holdMilliseconds)

const stockTable = 'create table stock (sku text primary key, on_hand bigint not null, held bigint not null default 0);'
export const reservationsTable =
  'create table reservations (id uuid primary key, sku text not null, quantity int not null, expires_at timestamptz not null);'

const lockRow = { name: 'lock', text: 'select on_hand - held as free from stock where sku = $1 for update' }
const takeOne = { name: 'take', text: 'update stock set held = held + 1 where sku = $1' }
export const keepOne = { name: 'keep', text: 'insert into reservations values ($1, $2, 1, $3)' }

/** The textbook way: lock the row, look, write, commit. */
export const byRowLock: Reserve = async (pool, sku, expiresAt) => {
  const connection = await pool.connect()
  try {
    await connection.query('begin')
    const { rows } = await connection.query<{ readonly free: string }>({ ...lockRow, values: [sku] })
    const isFree = Number(rows[0]?.free ?? 0) >= 1
    if (isFree) {
      await connection.query({ ...takeOne, values: [sku] })
      await connection.query({ ...keepOne, values: [randomUUID(), sku, expiresAt] })
    }
    await connection.query('commit')
    return isFree
  } finally {
    connection.release()
  }
}

const takeAndKeep = {
  name: 'take and keep',
  text: `with taken as (update stock set held = held + 1 where sku = $2 and on_hand - held >= 1 returning sku)
    insert into reservations select $1, sku, 1, $3 from taken`,
}

/** The tuned way: everything in one statement, so the row is locked for one round trip less than the whole. */
export const byOneStatement: Reserve = async (pool, sku, expiresAt) => {
  const { rowCount } = await pool.query({ ...takeAndKeep, values: [randomUUID(), sku, expiresAt] })
  return rowCount === 1
}

const audit = `
  select coalesce(sum(n), 0) as recorded, coalesce(sum(greatest(0, n - $2)), 0) as oversold
  from (select count(*) as n from reservations where sku = any($1) group by sku) as counted`

export const auditReservations = async (pool: pg.Pool, skus: readonly string[], units: number) => {
  const { rows } = await pool.query<{ readonly recorded: string; readonly oversold: string }>(audit, [skus, units])
  return { recorded: Number(rows[0]?.recorded), oversold: Number(rows[0]?.oversold) }
}

/** A shop in the database at `url`, whose tables it makes anew. */
export const openPostgresShop = async (url: string, connections: number, reserve: Reserve): Promise<Shop> => {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  await pool.query(`drop table if exists stock, reservations; ${stockTable} ${reservationsTable}`)
  return {
    stockUp: async (skus, units) => {
      await pool.query('insert into stock select sku, $2 from unnest($1::text[]) as sku', [skus, units])
      await pool.query('analyze stock')
    },
    reserve: (sku) => reserve(pool, sku, expiry()),
    audit: (skus, units) => auditReservations(pool, skus, units),
    close: () => pool.end(),
  }
}
