// I4: each read model is built again from the log, with its own apply, beside the live one, and compared row by row at one
// position. The database holds the second copy, so memory stays small whatever the size of the log.
import type { EventStoreDBClient } from '@eventstore/db-client'
import type pg from 'pg'
import { type Follow, followLog } from '#platform/eventstore/follow-log.ts'
import { holdExclusively } from '#platform/postgres/exclusive.ts'
import { type Comparison, dropRebuild, openRebuild } from '#platform/postgres/rebuild.ts'
import type { Projection } from '#projections/ports.ts'
import { readModels } from '#projections/read-models.ts'
import { openFeeder } from '../rebuild/feeder.ts'
import type { InvariantOutcome } from './finding.ts'

export type ReadModelPorts = {
  readonly client: EventStoreDBClient
  readonly pool: pg.Pool
  readonly databaseUrl: string
  readonly warn: (line: string) => void
  /** Where the log's entries come from; left out: the log itself, once for each read model. */
  readonly follow?: Follow
}

const livePosition = async (pool: pg.Pool, { name }: Projection): Promise<bigint | undefined> => {
  const { rows } = await pool.query<{ position: string | null }>(
    'select position::text from public.projection_checkpoints where projection = $1',
    [name],
  )
  const position = rows[0]?.position
  return position ? BigInt(position) : undefined
}

/** A rebuild that was broken off keeps its tables, to be taken up again: they are not ours to drop. */
const isRebuildKept = async (pool: pg.Pool, { name }: Projection): Promise<boolean> => {
  const { rowCount } = await pool.query('select from information_schema.schemata where schema_name = $1', [
    `rebuild_${name}`,
  ])
  return rowCount === 1
}

const compare = async (ports: ReadModelPorts, projection: Projection, position: bigint): Promise<Comparison> => {
  const { client, pool, databaseUrl, warn } = ports
  const { follow = (after, signal) => followLog(client, { after, signal, warn }) } = ports
  try {
    const { store, compare } = await openRebuild({ url: databaseUrl, pool, projection })
    const feeder = await openFeeder({ projection, store, follow })
    try {
      // Nearly all of it before the live read model is held still for the rest.
      await feeder.advanceTo(position)
      return await compare(feeder.advanceTo)
    } finally {
      feeder.close()
    }
  } finally {
    await dropRebuild(pool, projection)
  }
}

const verifyOne = async (ports: ReadModelPorts, projection: Projection): Promise<InvariantOutcome> => {
  const { pool } = ports
  const { name } = projection
  const invariant = `I4 read model ${name} equals the log`
  const unchecked = (why: string): InvariantOutcome => ({
    invariant,
    checked: `not checked: ${why}`,
    findings: [],
    isUnchecked: true,
  })
  const release = await holdExclusively(pool, `rebuild ${name}`)
  if (!release) return unchecked('it is being rebuilt')
  try {
    if (await isRebuildKept(pool, projection)) return unchecked(`a rebuild is unfinished: npm run rebuild -- ${name}`)
    const position = await livePosition(pool, projection)
    if (position === undefined) return unchecked('nothing was projected yet')
    const comparison = await compare(ports, projection, position)
    const findings = comparison.differences.flatMap(({ table, onlyLive, onlyRebuilt, examples }) => [
      `${table}: ${onlyLive} rows that the log does not make, ${onlyRebuilt} that it makes are missing`,
      ...examples,
    ])
    return { invariant, checked: `at position ${comparison.position}`, findings }
  } finally {
    await release()
  }
}

/** One after the other, so that no more than one second copy stands in the database. */
export async function* verifyReadModels(ports: ReadModelPorts): AsyncGenerator<InvariantOutcome> {
  for (const projection of readModels) yield await verifyOne(ports, projection)
}
