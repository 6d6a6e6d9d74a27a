// The counter in Redis, taken by a script that runs alone; the reservation's record in Postgres. Where Redis syncs before it
// answers, as Postgres does, the answer is as durable as everyone's; that the two agree after a crash between them, nothing
// sees to.
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import pg from 'pg'
import { auditReservations, expiry, keepOne, reservationsTable } from './postgres-shop.ts'
import type { Shop } from './shop.ts'

/** From then on the server syncs its file before it answers a write. */
export const syncBeforeAnswer = async (redisUrl: string): Promise<void> => {
  const redis = new Redis(redisUrl)
  await redis.config('SET', 'appendfsync', 'always')
  redis.disconnect()
}

const takeOne = `
  if tonumber(redis.call('get', KEYS[1]) or '0') < 1 then return 0 end
  redis.call('decr', KEYS[1])
  return 1`

const keyOf = (sku: string): string => `free:${sku}`

export const openRedisShop = async (redisUrl: string, databaseUrl: string, connections: number): Promise<Shop> => {
  // What is asked in one turn of the event loop goes out together, and is synced together.
  const redis = new Redis(redisUrl, { enableAutoPipelining: true })
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections })
  await redis.flushdb()
  await pool.query(`drop table if exists stock, reservations; ${reservationsTable}`)
  const script = String(await redis.script('LOAD', takeOne))
  return {
    stockUp: async (skus, units) => {
      await redis.mset(new Map(skus.map((sku) => [keyOf(sku), units])))
    },
    reserve: async (sku) => {
      if ((await redis.evalsha(script, 1, keyOf(sku))) !== 1) return false
      await pool.query({ ...keepOne, values: [randomUUID(), sku, expiry()] })
      return true
    },
    audit: (skus, units) => auditReservations(pool, skus, units),
    close: async () => {
      redis.disconnect()
      await pool.end()
    },
  }
}
