import type { Kysely } from 'kysely'
import type { ReadTables } from './tables.ts'

// Callers read their own writes: a caller gives the position of its write, and its read waits until the read model has
// reached it. The wait is bounded; after it the answer is marked as stale. Callers that wait at the same time share one
// read of the checkpoints.

/** A wait ends after this time at the latest. */
export const waitMillisecondsMax = 2_000
const pollMilliseconds = 15

type Reached =
  | { readonly stale: false }
  /**
   * `reached` is the position of the read model, `behind` the distance to it in log positions (bytes of the event store's
   * log).
   */
  | { readonly stale: true; readonly reached: bigint; readonly behind: bigint }

export type PositionWaiter = (projection: string, position: bigint) => Promise<Reached>

export type PositionWaiterOptions = {
  /** The stored position of each projection; see `checkpointPositions`. */
  readonly positions: () => Promise<ReadonlyMap<string, bigint>>
  readonly wait: (milliseconds: number) => Promise<void>
  /** A monotonic clock in milliseconds. */
  readonly now: () => number
}

/** The position of each projection; one that has stored nothing yet is left out. */
export const checkpointPositions = async (db: Kysely<ReadTables>): Promise<ReadonlyMap<string, bigint>> => {
  const rows = await db.selectFrom('projection_checkpoints').select(['projection', 'position']).execute()
  return new Map(
    rows.flatMap(({ projection, position }) => (position === null ? [] : [[projection, BigInt(position)]])),
  )
}

export const createPositionWaiter = ({ positions, wait, now }: PositionWaiterOptions): PositionWaiter => {
  // Positions only grow, so a position that was seen is enough for all positions up to it.
  let seen: ReadonlyMap<string, bigint> = new Map()
  let looking: Promise<void> | undefined

  const look = (): Promise<void> => {
    looking ??= positions()
      .then((found) => {
        seen = found
      })
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  return async (projection, position) => {
    const deadline = now() + waitMillisecondsMax
    let timeUp: Promise<void> | undefined
    for (;;) {
      const reached = seen.get(projection) ?? -1n
      if (reached >= position) return { stale: false }
      if (now() >= deadline) return { stale: true, reached, behind: position - reached }
      // The same limit applies if the database does not answer.
      timeUp ??= wait(waitMillisecondsMax)
      await Promise.race([look(), timeUp])
      if ((seen.get(projection) ?? -1n) < position) await wait(pollMilliseconds)
    }
  }
}
