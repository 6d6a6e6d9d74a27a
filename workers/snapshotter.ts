import { type Kysely, sql } from 'kysely'
import type { EventLog } from '#commands/ports.ts'
import { stockRules } from '#commands/stock-stream.ts'
import { isStockSnapshot } from '#domain/stock/draft.ts'
import { createStockFold } from '#domain/stock/evolve.ts'
import { stockStream } from '#domain/streams.ts'
import type { Database } from '#platform/postgres/database.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import type { SnapshotStore } from '#platform/postgres/snapshots.ts'
import type { Worker } from './worker.ts'

// Takes snapshots of long stock streams, so that a process does not have to read all of a stream the first time. Never done
// in an API process: serializing a large state takes time that reservations would have to wait.

/** A stream gets another snapshot when it has this many events since the last one. */
export const snapshotEvents = 10_000
const streamsMax = 20
const idleMilliseconds = 30_000

export type SnapshotterPorts = {
  readonly lease: Lease
  readonly db: Kysely<Database>
  readonly log: EventLog
  readonly snapshots: SnapshotStore
}

/** Streams with many events since their last snapshot of the current state version, the most first. */
const longStreams = async (db: Kysely<Database>): Promise<readonly string[]> => {
  const { rows } = await sql<{ readonly sku: string; readonly location: string }>`
    select sku, location from stock_levels
    left join snapshots on stream = 'stock-' || sku || '@' || location and state_version = ${stockRules.stateVersion}
    where stock_levels.revision + 1 >= ${snapshotEvents}
      and stock_levels.revision - coalesce(snapshots.revision, -1) >= ${snapshotEvents}
    order by stock_levels.revision - coalesce(snapshots.revision, -1) desc
    limit ${streamsMax}`.execute(db)
  return rows.map(({ sku, location }) => stockStream(sku, location))
}

const takeSnapshot = async (stream: string, { log, snapshots }: SnapshotterPorts): Promise<void> => {
  const { stateVersion } = stockRules
  const before = await snapshots.load(stream, stateVersion)
  const known = before !== undefined && isStockSnapshot(before.state) ? before : undefined
  const fold = createStockFold(known && isStockSnapshot(known.state) ? known.state : undefined)
  let { revision, position } = known ?? { revision: -1, position: 0n }
  for await (const page of log.read(stream, revision + 1)) {
    for (const event of page) {
      if (!stockRules.isEvent(event)) throw new Error(`${stream} has ${event.type} at revision ${event.revision}`)
      fold.apply(event, event.revision)
      revision = event.revision
      position = event.position
    }
    fold.settle()
  }
  await snapshots.save({ stream, revision, position, stateVersion, state: fold.snapshot() })
}

export const createSnapshotter = (ports: SnapshotterPorts): Worker => ({
  name: 'snapshots',
  idleMilliseconds,
  step: async () => {
    if ((await ports.lease.hold()) === undefined) return 'idle'
    const streams = await longStreams(ports.db)
    for (const stream of streams) await takeSnapshot(stream, ports)
    return streams.length === streamsMax ? 'worked' : 'idle'
  },
  close: () => ports.lease.release(),
})
