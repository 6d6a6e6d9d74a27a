import type { EventStoreDBClient } from '@eventstore/db-client'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { createDatabase, type Database } from '#platform/postgres/database.ts'
import { migrate } from '#platform/postgres/migrate.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { connectRedis } from '#platform/redis/connect.ts'
import type { ServerConfig } from '#platform/required.ts'

/** The servers that one API process talks to. */
export type Connections = {
  readonly client: EventStoreDBClient
  readonly db: Kysely<Database>
  readonly redis: Redis | undefined
  readonly close: () => Promise<void>
}

/** Connects, and brings the database to this release's schema. Rejects with one clear line. */
export const connect = async (config: ServerConfig, warn: (line: string) => void): Promise<Connections> => {
  const onError = (error: Error): void => warn(error.message)
  const client = connectEventStore(config.eventStoreUrl)
  const db = createDatabase(createPool({ url: config.databaseUrl, onError }))
  await migrate(db)
  const redis = config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, onError)
  return {
    client,
    db,
    redis,
    close: async () => {
      redis?.disconnect()
      await client.dispose()
      await db.destroy()
    },
  }
}
