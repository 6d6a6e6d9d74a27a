// One Postgres row for each unit of stock. A request takes a row that nobody else has locked, so that no request waits for
// another.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { ReservationShop } from '../reservation-shop.ts'
import { expiry, queryCounts, reservationsTable } from '../reservations-table.ts'
import type { Rival } from '../rival.ts'

/** Few, because a trial takes a minute: each round first makes a row for each unit. */
const poolSizes = [4, 16]
/** More rows than these take longer to make than all other designs take to be measured. */
const unitRowsMax = 1_000_000

const unitsTable =
  'create table units (id bigint generated always as identity, sku text not null, reservation_id uuid);'
/** Covers free units only, so that a search does not pass the sold ones again and again. */
const freeIndex = 'create index if not exists units_free on units (sku, id) where reservation_id is null'

const takeUnit = {
  name: 'take unit',
  text: `with free as (
      select ctid from units where sku = $2 and reservation_id is null order by id limit 1 for update skip locked),
    taken as (update units set reservation_id = $1 from free where units.ctid = free.ctid returning units.sku)
    insert into reservations select $1, sku, 1, $3 from taken`,
}
const findFreeUnit = {
  name: 'find free unit',
  text: 'select 1 from units where sku = $1 and reservation_id is null limit 1',
}

/** A reservation that has no unit is oversold. */
const countByUnit = `
  select count(*) as recorded, count(*) filter (where units.id is null) as oversold
  from reservations left join units on units.reservation_id = reservations.id
  where reservations.sku = any($1)`

/** Transactions that then fail may have locked all free units: a sku is out of stock only if it has no free unit at all. */
const reserve = async (pool: pg.Pool, sku: string): Promise<boolean> => {
  for (;;) {
    const { rowCount } = await pool.query({ ...takeUnit, values: [randomUUID(), sku, expiry()] })
    if (rowCount === 1) return true
    const free = await pool.query({ ...findFreeUnit, values: [sku] })
    if (free.rowCount === 0) return false
  }
}

const openShop = async (url: string, connections: number): Promise<ReservationShop> => {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  await pool.query(`drop table if exists units, reservations; ${unitsTable} ${reservationsTable}`)
  return {
    stockUp: async (skus, units) => {
      await pool.query('drop index if exists units_free')
      // A table that still has the units of earlier rounds would slow this one.
      await pool.query('truncate units')
      await pool.query('insert into units (sku) select sku from unnest($1::text[]) as sku, generate_series(1, $2)', [
        skus,
        units,
      ])
      await pool.query(freeIndex)
      await pool.query('vacuum analyze units')
    },
    reserve: (sku) => reserve(pool, sku),
    countReservations: (skus) => queryCounts(pool, countByUnit, [skus]),
    close: () => pool.end(),
  }
}

export const postgresUnits: Rival = {
  design: 'Postgres row per unit, SKIP LOCKED',
  durability: 'Postgres WAL synced',
  poolSizes,
  isFor: ({ skus, units }) => skus * units <= unitRowsMax,
  open: ({ postgresUrl }, connections) => openShop(postgresUrl, connections),
}
