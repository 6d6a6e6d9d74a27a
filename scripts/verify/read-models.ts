// I4: each read model is built again from the log, with its own apply, beside the live one, and compared row by row at one
// position. The database holds the second copy, so memory stays small whatever the size of the log.
import type { EventStoreDBClient } from '@eventstore/db-client'
import type pg from 'pg'
import { followLog } from '#platform/eventstore/follow-log.ts'
import { openRebuild } from '#platform/postgres/rebuild.ts'
import { catalogueProjection } from '#projections/catalogue/apply.ts'
import { holdsProjection } from '#projections/holds/apply.ts'
import { ordersProjection } from '#projections/orders/apply.ts'
import type { LogEntry, Projection, ProjectionStore } from '#projections/ports.ts'
import { checkpointDelayMilliseconds, createProjector } from '#projections/projector.ts'
import { stockProjection } from '#projections/stock/apply.ts'
import { timelineProjection } from '#projections/timeline/apply.ts'
import type { Outcome } from './finding.ts'

const projections = [catalogueProjection, stockProjection, holdsProjection, ordersProjection, timelineProjection]

export type ReadModelPorts = {
  readonly client: EventStoreDBClient
  readonly pool: pg.Pool
  readonly databaseUrl: string
  readonly warn: (line: string) => void
}

type Feeder = { readonly feedTo: (position: bigint) => Promise<void>; readonly stop: () => Promise<void> }

/** Feeds a second copy from the log's beginning, as far as it is told and not a single entry further. */
const createFeeder = async (ports: ReadModelPorts, projection: Projection, store: ProjectionStore): Promise<Feeder> => {
  const { client, warn } = ports
  const stopping = new AbortController()
  const batches = followLog(client, { after: 'start', signal: stopping.signal, warn })
  // A clock by which every checkpoint is due at once.
  let milliseconds = 0
  const now = (): number => {
    milliseconds += checkpointDelayMilliseconds
    return milliseconds
  }
  const projector = createProjector({ projections: [projection], store, now })
  await projector.start()
  let waiting: readonly LogEntry[] = []
  return {
    feedTo: async (position) => {
      for (;;) {
        const entries = waiting.filter((entry) => entry.position <= position)
        waiting = waiting.slice(entries.length)
        const isThere = waiting.length > 0 || entries.at(-1)?.position === position
        projector.accept({ entries, position: isThere ? position : entries.at(-1)?.position })
        while ((await projector.step()) === 'worked');
        if (isThere) return
        // A checkpoint is the position of an entry, so an entry at it, or after it, is still to come.
        const { value, done } = await batches.next()
        if (done) throw new Error('The log ended before the position of the read model.')
        waiting = value.entries
      }
    },
    stop: async () => {
      stopping.abort()
      await batches.return(undefined)
    },
  }
}

const livePosition = async (pool: pg.Pool, { name }: Projection): Promise<bigint | undefined> => {
  const { rows } = await pool.query<{ position: string | null }>(
    'select position::text from public.projection_checkpoints where projection = $1',
    [name],
  )
  const position = rows[0]?.position
  return position ? BigInt(position) : undefined
}

const isBeingRebuilt = async (pool: pg.Pool, { name }: Projection): Promise<boolean> => {
  const { rowCount } = await pool.query('select from information_schema.schemata where schema_name = $1', [
    `rebuild_${name}`,
  ])
  return rowCount === 1
}

const verifyOne = async (ports: ReadModelPorts, projection: Projection): Promise<Outcome> => {
  const { pool, databaseUrl } = ports
  const invariant = `I4 read model ${projection.name} equals the log`
  if (await isBeingRebuilt(pool, projection))
    return { invariant, checked: 'not checked: it is being rebuilt', findings: [] }
  const position = await livePosition(pool, projection)
  if (position === undefined) return { invariant, checked: 'not checked: nothing was projected yet', findings: [] }
  const rebuild = await openRebuild({ url: databaseUrl, pool, projection })
  try {
    const feeder = await createFeeder(ports, projection, rebuild.store)
    try {
      // Nearly all of it before the live read model is held still for the rest.
      await feeder.feedTo(position)
      const comparison = await rebuild.compare((at) => (at === position ? Promise.resolve() : feeder.feedTo(at)))
      const findings = comparison.differences.flatMap(({ table, onlyLive, onlyRebuilt, examples }) => [
        `${table}: ${onlyLive} rows that the log does not make, ${onlyRebuilt} that it makes are missing`,
        ...examples,
      ])
      return { invariant, checked: `at position ${comparison.position}`, findings }
    } finally {
      await feeder.stop()
    }
  } finally {
    await rebuild.drop()
  }
}

/** One after the other, so that no more than one second copy stands in the database. */
export async function* verifyReadModels(ports: ReadModelPorts): AsyncGenerator<Outcome> {
  for (const projection of projections) yield await verifyOne(ports, projection)
}
