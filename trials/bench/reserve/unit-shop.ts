// Stock as one row a unit: whoever comes takes a row that nobody else has locked, so that nobody waits for anybody.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { expiry } from './postgres-shop.ts'
import type { Shop } from './shop.ts'

const tables = `
  drop table if exists units, reservations;
  create table units (id bigint generated always as identity, sku text not null, reservation_id uuid);
  create table reservations (id uuid primary key, sku text not null, quantity int not null, expires_at timestamptz not null);
`
/** Of the free units alone, so that what was sold is not walked over again and again. */
const freeIndex = 'create index if not exists units_free on units (sku, id) where reservation_id is null'

const takeAndKeep = {
  name: 'take unit',
  text: `with free as (
      select ctid from units where sku = $2 and reservation_id is null order by id limit 1 for update skip locked),
    taken as (update units set reservation_id = $1 from free where units.ctid = free.ctid returning units.sku)
    insert into reservations select $1, sku, 1, $3 from taken`,
}
const freeLeft = {
  name: 'free left',
  text: 'select 1 from units where sku = $1 and reservation_id is null limit 1',
}

/** A reservation without a unit of its own is a unit that was never there. */
const audit = `
  select count(*) as recorded, count(*) filter (where units.id is null) as oversold
  from reservations left join units on units.reservation_id = reservations.id
  where reservations.sku = any($1)`

export const openUnitShop = async (url: string, connections: number): Promise<Shop> => {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  await pool.query(tables)
  /** All free units may be locked by others who do not keep them: only a sku without any free unit is sold out. */
  const reserve = async (sku: string): Promise<boolean> => {
    for (;;) {
      const { rowCount } = await pool.query({ ...takeAndKeep, values: [randomUUID(), sku, expiry()] })
      if (rowCount === 1) return true
      const left = await pool.query({ ...freeLeft, values: [sku] })
      if (left.rowCount === 0) return false
    }
  }
  return {
    stockUp: async (skus, units) => {
      await pool.query('drop index if exists units_free')
      // No round sees what an earlier one sold, and a table of old rounds would slow this one.
      await pool.query('truncate units')
      await pool.query('insert into units (sku) select sku from unnest($1::text[]) as sku, generate_series(1, $2)', [
        skus,
        units,
      ])
      await pool.query(freeIndex)
      await pool.query('vacuum analyze units')
    },
    reserve,
    audit: async (skus) => {
      const { rows } = await pool.query<{ readonly recorded: string; readonly oversold: string }>(audit, [skus])
      return { recorded: Number(rows[0]?.recorded), oversold: Number(rows[0]?.oversold) }
    },
    close: () => pool.end(),
  }
}
