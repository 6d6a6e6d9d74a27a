// The reservation record that each rival on Postgres or Redis writes beside its count of units.
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { holdSeconds } from '../load/sale-terms.ts'
import type { ReservationCounts } from './reservation-shop.ts'

export const reservationsTable =
  'create table reservations (id uuid primary key, sku text not null, quantity int not null, expires_at timestamptz not null);'

export const expiry = (): Date => new Date(Date.now() + holdSeconds * 1_000)

const insertReservation = { name: 'insert reservation', text: 'insert into reservations values ($1, $2, 1, $3)' }

/** Records a reservation of one unit. */
export const recordReservation = async (connection: Pick<pg.ClientBase, 'query'>, sku: string): Promise<void> => {
  await connection.query({ ...insertReservation, values: [randomUUID(), sku, expiry()] })
}

type CountRow = { readonly recorded: string; readonly oversold: string }

/** The counts that a query of one row, `recorded` and `oversold`, gives. */
export const queryCounts = async (
  pool: pg.Pool,
  query: string,
  values: readonly unknown[],
): Promise<ReservationCounts> => {
  const { rows } = await pool.query<CountRow>(query, [...values])
  return { recorded: Number(rows[0]?.recorded), oversold: Number(rows[0]?.oversold) }
}

const countBySku = `
  select coalesce(sum(n), 0) as recorded, coalesce(sum(greatest(0, n - $2)), 0) as oversold
  from (select count(*) as n from reservations where sku = any($1) group by sku) as counted`

/** For a rival that counts the free units of a sku: whatever is recorded beyond its units is oversold. */
export const countReservations = (pool: pg.Pool, skus: readonly string[], units: number): Promise<ReservationCounts> =>
  queryCounts(pool, countBySku, [skus, units])
