import { BACKWARDS, END, type EventStoreDBClient } from '@eventstore/db-client'
import type { Kysely } from 'kysely'
import type { Database } from '#platform/postgres/database.ts'
import { checkpointPositions } from '#projections/position-waiter.ts'
import { readModels } from '#projections/read-models.ts'

type Servers = { readonly client: EventStoreDBClient; readonly db: Kysely<Database> }

/** The position of the last event of the log; 0 if the log is empty. */
export const endOfLog = async (client: EventStoreDBClient): Promise<bigint> => {
  let end = 0n
  // To its end: the client waits for ever, when it is disposed of, for a read that was left early.
  for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }))
    end = event?.position.commit ?? end
  return end
}

/** Up to where every read model has got. */
export const slowestReadModel = async (db: Kysely<Database>): Promise<bigint> => {
  const reached = await checkpointPositions(db)
  return readModels.map(({ name }) => reached.get(name) ?? 0n).reduce((one, other) => (one < other ? one : other))
}

/** How far the slowest read model is behind the log, in log positions, which grow with the bytes of the log. */
export const readModelLag = async ({ client, db }: Servers): Promise<bigint> => {
  const behind = (await endOfLog(client)) - (await slowestReadModel(db))
  return behind < 0n ? 0n : behind
}
