import { endOfLog, readModelLag, slowestReadModel } from '#audit/read-model-lag.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { pause } from '#platform/timers.ts'
import type { StackAddresses } from '#stack/stack-file.ts'
import { showProgress } from './report.ts'

export type LagMeter = {
  /** Waits until every read model holds what the log holds now; says how far behind the last one was, and for how long. */
  readonly settle: () => Promise<string>
  readonly close: () => Promise<void>
}

const pollMilliseconds = 50
const settleMillisecondsMax = 600_000

export const openLagMeter = ({ eventStoreUrl, databaseUrl }: StackAddresses): LagMeter => {
  const client = connectEventStore(eventStoreUrl)
  const db = createDatabase(createPool({ url: databaseUrl, onError: ({ message }) => showProgress(message) }))

  return {
    settle: async () => {
      const startedAt = performance.now()
      const end = await endOfLog(client)
      const behind = await readModelLag({ client, db })
      while ((await slowestReadModel(db)) < end) {
        if (performance.now() - startedAt > settleMillisecondsMax) throw new Error('the read models do not catch up')
        await pause(pollMilliseconds)
      }
      const seconds = (performance.now() - startedAt) / 1_000
      return `read models ${behind} log positions behind, caught up in ${seconds.toFixed(1)} s`
    },
    close: async () => {
      await client.dispose()
      await db.destroy()
    },
  }
}
