// A counter for each sku and a row for each reservation, written in one Postgres transaction that is synced before the
// answer. Statements are prepared once for each connection: nothing here is slow on purpose.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { ReservationShop } from '../reservation-shop.ts'
import { countReservations, expiry, recordReservation, reservationsTable } from '../reservations-table.ts'
import { type Rival, usualPoolSizes } from '../rival.ts'

type ReserveUnit = (pool: pg.Pool, sku: string) => Promise<boolean>

const stockTable = 'create table stock (sku text primary key, on_hand bigint not null, held bigint not null default 0);'

const lockRow = { name: 'lock row', text: 'select on_hand - held as free from stock where sku = $1 for update' }
const holdUnit = { name: 'hold unit', text: 'update stock set held = held + 1 where sku = $1' }

/** The textbook way: lock the row, check it, write, commit. */
const byRowLock: ReserveUnit = async (pool, sku) => {
  const connection = await pool.connect()
  try {
    await connection.query('begin')
    const { rows } = await connection.query<{ readonly free: string }>({ ...lockRow, values: [sku] })
    const isFree = Number(rows[0]?.free ?? 0) >= 1
    if (isFree) {
      await connection.query({ ...holdUnit, values: [sku] })
      await recordReservation(connection, sku)
    }
    await connection.query('commit')
    return isFree
  } finally {
    connection.release()
  }
}

const holdAndRecord = {
  name: 'hold and record',
  text: `with taken as (update stock set held = held + 1 where sku = $2 and on_hand - held >= 1 returning sku)
    insert into reservations select $1, sku, 1, $3 from taken`,
}

/** The tuned way: one statement, so that the row is locked for one round trip only. */
const byOneStatement: ReserveUnit = async (pool, sku) => {
  const { rowCount } = await pool.query({ ...holdAndRecord, values: [randomUUID(), sku, expiry()] })
  return rowCount === 1
}

const openShop = async (url: string, connections: number, reserveUnit: ReserveUnit): Promise<ReservationShop> => {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  await pool.query(`drop table if exists stock, reservations; ${stockTable} ${reservationsTable}`)
  return {
    stockUp: async (skus, units) => {
      await pool.query('insert into stock select sku, $2 from unnest($1::text[]) as sku', [skus, units])
      await pool.query('analyze stock')
    },
    reserve: (sku) => reserveUnit(pool, sku),
    countReservations: (skus, units) => countReservations(pool, skus, units),
    close: () => pool.end(),
  }
}

const counterRival = (design: string, reserveUnit: ReserveUnit): Rival => ({
  design,
  durability: 'Postgres WAL synced',
  poolSizes: usualPoolSizes,
  open: ({ postgresUrl }, connections) => openShop(postgresUrl, connections, reserveUnit),
})

export const postgresRowLock = counterRival('Postgres row lock', byRowLock)
export const postgresOneStatement = counterRival('Postgres one statement', byOneStatement)
