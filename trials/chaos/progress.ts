import type pg from 'pg'
import { readModels } from '#projections/read-models.ts'
import { eventually } from '../shop/retry.ts'

// A read model that has stopped still equals the log at its old position. So it is also checked that every checkpoint reaches
// the end of the log and that no stream is parked.

type Checkpoint = {
  readonly projection: string
  readonly position: bigint | undefined
  readonly stopped: string | undefined
}
type Parked = { readonly projection: string; readonly stream: string; readonly problem: string }
export type Progress = {
  readonly checkpoints: readonly Checkpoint[]
  readonly parked: readonly Parked[]
}

const catchUpMillisecondsMax = 60_000

/** Read models that have not reached this position or have stopped, and parked streams. */
export const problemsOfProgress = (
  { checkpoints, parked }: Progress,
  projections: readonly string[],
  end: bigint,
): readonly string[] => [
  ...projections.flatMap((name) => {
    const { position, stopped } = checkpoints.find(({ projection }) => projection === name) ?? {}
    if (stopped !== undefined) return [`read model ${name} has stopped: ${stopped}`]
    if ((position ?? -1n) >= end) return []
    return [`read model ${name} is at position ${position ?? 'none'}, but the log ends at ${end}`]
  }),
  ...parked.map(({ projection, stream, problem }) => `read model ${projection} has parked ${stream}: ${problem}`),
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

/** Waits until every read model has reached this position; returns what is still wrong after 60 s. */
export const checkProgress = async (pool: pg.Pool, end: bigint): Promise<readonly string[]> => {
  const names = readModels.map(({ name }) => name)
  let problems: readonly string[] = []
  const look = async (): Promise<readonly string[]> => {
    problems = problemsOfProgress(await readProgress(pool), names, end)
    return problems
  }
  await eventually(look, (found) => found.length === 0, { millisecondsMax: catchUpMillisecondsMax }).catch(
    (error: unknown) => {
      if (problems.length === 0) throw error
    },
  )
  return problems
}
