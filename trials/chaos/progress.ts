import type pg from 'pg'
import { readModels } from '#projections/read-models.ts'
import { eventually } from '../shop/eventually.ts'

// A read model that stands still equals the log at its position for ever, so it also has to be asked whether it moves: every
// checkpoint has to come to where the log ends, and nothing may wait beside it.

export type Checkpoint = {
  readonly projection: string
  readonly position: bigint | undefined
  readonly stopped: string | undefined
}
export type Parked = { readonly projection: string; readonly stream: string; readonly problem: string }
export type Progress = {
  readonly checkpoints: readonly Checkpoint[]
  readonly parked: readonly Parked[]
}

const catchUpMilliseconds = 60_000

/** What is not yet, or will never be, in the read models up to this position of the log. */
export const missingFrom = (
  { checkpoints, parked }: Progress,
  projections: readonly string[],
  end: bigint,
): readonly string[] => [
  ...projections.flatMap((name) => {
    const { position, stopped } = checkpoints.find(({ projection }) => projection === name) ?? {}
    if (stopped !== undefined) return [`${name} has stopped: ${stopped}`]
    return (position ?? -1n) >= end ? [] : [`${name} stands at ${position ?? 'nothing'}, and the log has ${end}`]
  }),
  ...parked.map(({ projection, stream, problem }) => `${projection} has parked ${stream}: ${problem}`),
]

const readProgress = async (pool: pg.Pool): Promise<Progress> => {
  const checkpoints = await pool.query<{ projection: string; position: string | null; stopped: string | null }>(
    'select projection, position::text, stopped from projection_checkpoints',
  )
  const parked = await pool.query<Parked>('select projection, stream, problem from parked_streams')
  return {
    checkpoints: checkpoints.rows.map(({ projection, position, stopped }) => ({
      projection,
      position: position === null ? undefined : BigInt(position),
      stopped: stopped ?? undefined,
    })),
    parked: parked.rows,
  }
}

/** Waits a bounded time until every read model has come to this position; what has not, and what is parked, comes back. */
export const compareProgress = async (pool: pg.Pool, end: bigint): Promise<readonly string[]> => {
  const names = readModels.map(({ name }) => name)
  let missing: readonly string[] = []
  const look = async (): Promise<readonly string[]> => {
    missing = missingFrom(await readProgress(pool), names, end)
    return missing
  }
  await eventually(look, (found) => found.length === 0, catchUpMilliseconds).catch((error: unknown) => {
    if (missing.length === 0) throw error
  })
  return missing
}
