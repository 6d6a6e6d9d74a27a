import { BACKWARDS, END } from '@eventstore/db-client'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { pause } from '#platform/timers.ts'
import { checkpointPositions } from '#projections/position-waiter.ts'
import { readModels } from '#projections/read-models.ts'
import type { StackAddresses } from '../stack/stack-file.ts'
import { showProgress } from './report.ts'

export type LagMeter = {
  /** Waits until every read model holds what the log holds now; says how far behind the last one was, and for how long. */
  readonly settle: () => Promise<string>
  readonly close: () => Promise<void>
}

const pollMilliseconds = 50
const settleMillisecondsMax = 600_000

/** In log positions, which grow with the bytes of the log. */
export function openLagMeter({ eventStoreUrl, databaseUrl }: StackAddresses): LagMeter {
  const client = connectEventStore(eventStoreUrl)
  const db = createDatabase(createPool({ url: databaseUrl, onError: ({ message }) => showProgress(message) }))

  const endOfLog = async (): Promise<bigint> => {
    let end = 0n
    // To its end: the client waits for ever, when it is disposed of, for a read that was left early.
    for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }))
      end = event?.position.commit ?? end
    return end
  }
  const slowest = async (): Promise<bigint> => {
    const reached = await checkpointPositions(db)
    return readModels.map(({ name }) => reached.get(name) ?? 0n).reduce((one, other) => (one < other ? one : other))
  }
  return {
    settle: async () => {
      const startedAt = performance.now()
      const end = await endOfLog()
      const behind = end - (await slowest())
      while ((await slowest()) < end) {
        if (performance.now() - startedAt > settleMillisecondsMax) throw new Error('the read models do not catch up')
        await pause(pollMilliseconds)
      }
      const seconds = (performance.now() - startedAt) / 1_000
      return `read models ${behind < 0n ? 0n : behind} log positions behind, caught up in ${seconds.toFixed(1)} s`
    },
    close: async () => {
      await client.dispose()
      await db.destroy()
    },
  }
}
