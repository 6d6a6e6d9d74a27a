import type { EventStoreDBClient } from '@eventstore/db-client'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { createWakeUps, type WakeUps } from '#platform/bullmq/wake-ups.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { createDatabase, type Database } from '#platform/postgres/database.ts'
import { migrate } from '#platform/postgres/migrate.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { connectRedis } from '#platform/redis/connect.ts'
import type { ServerConfig } from '#platform/required.ts'

/** The connections of one API process to its servers. */
export type Connections = {
  readonly client: EventStoreDBClient
  readonly db: Kysely<Database>
  readonly redis: Redis | undefined
  /** Tells the workers when to look at an order again. Undefined without Redis. */
  readonly wakeUps: WakeUps | undefined
  readonly close: () => Promise<void>
}

/** Connects, and migrates the database to the schema of this release. Rejects with a message of one line. */
export const connect = async (config: ServerConfig, warn: (line: string) => void): Promise<Connections> => {
  const onError = ({ message }: { readonly message: string }): void => warn(message)
  const client = connectEventStore(config.eventStoreUrl)
  const db = createDatabase(createPool({ url: config.databaseUrl, onError }))
  await migrate(db)
  const redis = config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, warn)
  const wakeUps = config.redisUrl === undefined ? undefined : createWakeUps({ redisUrl: config.redisUrl, warn })
  return {
    client,
    db,
    redis,
    wakeUps,
    close: async () => {
      await wakeUps?.close()
      redis?.disconnect()
      await client.dispose()
      await db.destroy()
    },
  }
}
