import { endOfLog, readModelLag, slowestReadModel } from '#audit/read-model-lag.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { createPool } from '#platform/postgres/pool.ts'
import type { StackAddresses } from '#stack/stack-file.ts'
import { eventually } from '../../shop/retry.ts'
import { showProgress } from '../reporting/progress.ts'

export type LagMeter = {
  /**
   * Waits until every read model has reached the present end of the log. Resolves with a text: how far behind the slowest
   * read model was, and how long it took to catch up.
   */
  readonly settle: () => Promise<string>
  readonly close: () => Promise<void>
}

const settleBounds = { intervalMilliseconds: 50, millisecondsMax: 600_000 }

export const openLagMeter = ({ eventStoreUrl, databaseUrl }: StackAddresses): LagMeter => {
  const client = connectEventStore(eventStoreUrl)
  const db = createDatabase(createPool({ url: databaseUrl, onError: ({ message }) => showProgress(message) }))

  return {
    settle: async () => {
      const startedAt = performance.now()
      const end = await endOfLog(client)
      const behind = await readModelLag({ client, db })
      const isCaughtUp = async (): Promise<boolean> => (await slowestReadModel(db)) >= end
      await eventually(isCaughtUp, (caughtUp) => caughtUp, settleBounds)
      const seconds = (performance.now() - startedAt) / 1_000
      return `read models ${behind} log positions behind, caught up in ${seconds.toFixed(1)} s`
    },
    close: async () => {
      await client.dispose()
      await db.destroy()
    },
  }
}
