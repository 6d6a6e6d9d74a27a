// A counter for each sku in Redis, decremented by an atomic script, and a row for each reservation in Postgres. As Redis syncs
// before it answers, the answer is as durable as that of the other designs. Nothing makes the two agree after a crash between
// the script and the insert.
import { Redis } from 'ioredis'
import pg from 'pg'
import type { ReservationShop } from '../reservation-shop.ts'
import { countReservations, recordReservation, reservationsTable } from '../reservations-table.ts'
import { type Rival, usualPoolSizes } from '../rival.ts'

const takeUnit = `
  if tonumber(redis.call('get', KEYS[1]) or '0') < 1 then return 0 end
  redis.call('decr', KEYS[1])
  return 1`

const keyOf = (sku: string): string => `free:${sku}`

const openShop = async (redisUrl: string, postgresUrl: string, connections: number): Promise<ReservationShop> => {
  // Commands of one turn of the event loop are sent together, and so are synced together.
  const redis = new Redis(redisUrl, { enableAutoPipelining: true })
  const pool = new pg.Pool({ connectionString: postgresUrl, max: connections })
  await redis.flushdb()
  await pool.query(`drop table if exists stock, reservations; ${reservationsTable}`)
  const script = String(await redis.script('LOAD', takeUnit))
  return {
    stockUp: async (skus, units) => {
      await redis.mset(new Map(skus.map((sku) => [keyOf(sku), units])))
    },
    reserve: async (sku) => {
      if ((await redis.evalsha(script, 1, keyOf(sku))) !== 1) return false
      await recordReservation(pool, sku)
      return true
    },
    countReservations: (skus, units) => countReservations(pool, skus, units),
    close: async () => {
      redis.disconnect()
      await pool.end()
    },
  }
}

export const redisCounter: Rival = {
  design: 'Redis script and Postgres insert',
  durability: 'Redis AOF and Postgres WAL synced',
  poolSizes: usualPoolSizes,
  needsRedis: true,
  open: ({ redisUrl, postgresUrl }, connections) => {
    if (redisUrl === undefined) throw new Error('this rival needs Redis')
    return openShop(redisUrl, postgresUrl, connections)
  },
}
