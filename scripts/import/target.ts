// What an import works with, opened once: the log, writers with bounds of a bulk load, the vault of persons.

import type { EventStoreDBClient } from '@eventstore/db-client'
import { readModelLag } from '#audit/read-model-lag.ts'
import { type OrderWriter, orderRules } from '#commands/order-stream.ts'
import type { PersonVault } from '#commands/person-vault.ts'
import type { EventLog, LogTime } from '#commands/ports.ts'
import { type ProductWriter, productRules } from '#commands/product-stream.ts'
import { type StockWriter, stockRules } from '#commands/stock-stream.ts'
import { type WriterBounds, writerBounds } from '#commands/stream-writer/types.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import { systemClock } from '#platform/clock.ts'
import type { Config } from '#platform/config.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { newId } from '#platform/ids.ts'
import { deriveKeys } from '#platform/keys.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { migrate } from '#platform/postgres/migrate.ts'
import { createPersonVault } from '#platform/postgres/person-vault.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { systemTimers } from '#platform/timers.ts'
import type { OpenStack } from '#stack/open-stack.ts'
import { masterKeyOf } from '#stack/secrets.ts'
import { followLogTime } from './log-time.ts'
import type { CreateMeter } from './meter.ts'

export const actor = 'import'

export type ImportTarget = {
  readonly client: EventStoreDBClient
  readonly log: EventLog
  readonly logTime: LogTime
  readonly products: ProductWriter
  readonly stock: StockWriter
  readonly orders: OrderWriter
  readonly vault: PersonVault
  /** How far the read models are behind now, in log positions. */
  readonly lag: () => Promise<bigint>
  /** Where the imported stock lies. */
  readonly location: string
  readonly meter: CreateMeter
  readonly warn: (line: string) => void
}

/** Nobody waits for an answer here but the import: callers wait in long queues, and appends are as large as may be. */
const bulkBounds: WriterBounds = {
  ...writerBounds,
  queueMax: 100_000,
  streamsMax: 20_000,
  callerMilliseconds: 120_000,
  appendMilliseconds: 30_000,
}
/** An order is written once or twice and not looked at again. */
const bulkOrderBounds: WriterBounds = { ...bulkBounds, streamsMax: 1_000 }

export const openImportTarget = async (
  stack: Pick<OpenStack, 'eventStoreUrl' | 'databaseUrl'>,
  config: Pick<Config, 'masterKey' | 'dataDir' | 'locations'>,
  { meter, warn }: Pick<ImportTarget, 'meter' | 'warn'>,
): Promise<ImportTarget & { readonly close: () => Promise<void> }> => {
  const client = connectEventStore(stack.eventStoreUrl)
  const log = createEventLog(client)
  const db = createDatabase(createPool({ url: stack.databaseUrl, onError: ({ message }) => warn(message) }))
  const release = async (): Promise<void> => {
    await client.dispose()
    await db.destroy()
  }
  try {
    await migrate(db)
    const logTime = await followLogTime({ client, log, actor, warn })
    const ports = { log, logTime, timers: systemTimers, random: Math.random, warn }
    const keys = deriveKeys(config.masterKey ?? masterKeyOf(config.dataDir))
    return {
      client,
      log,
      logTime,
      products: createStreamWriter(productRules, ports, { ...bulkBounds, streamsMax: 1_000 }),
      stock: createStreamWriter(stockRules, ports, bulkBounds),
      orders: createStreamWriter(orderRules, ports, bulkOrderBounds),
      lag: () => readModelLag({ client, db }),
      vault: createPersonVault({ db, keys, newId, monotonic: systemClock.monotonic }),
      location: config.locations[0] ?? 'MAIN',
      meter,
      warn,
      close: async () => {
        await logTime.stop()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}
