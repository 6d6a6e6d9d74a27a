import type { Kysely } from 'kysely'
import type { ReadTables } from './tables.ts'

// A caller names the position of its own write, and its read waits until the read model has got there: so it reads its
// own writes. The wait is bounded; past it the answer is stale, and says so. Callers that wait at the same time share one
// look at the checkpoints.

/** A wait ends after this long, whatever the projection does. */
export const waitMillisecondsMax = 2_000
const pollMilliseconds = 15

export type Reached =
  | { readonly stale: false }
  /** `behind` is the distance in log positions (bytes of log in the event store), `reached` where the read model is. */
  | { readonly stale: true; readonly reached: bigint; readonly behind: bigint }

export type PositionWaiter = (projection: string, position: bigint) => Promise<Reached>

export type PositionWaiterOptions = {
  /** The stored position of every projection; see `checkpointPositions`. */
  readonly positions: () => Promise<ReadonlyMap<string, bigint>>
  readonly wait: (milliseconds: number) => Promise<void>
  /** A monotonic clock in milliseconds. */
  readonly now: () => number
}

/** Where every projection stands; one that has stored nothing yet is missing. */
export const checkpointPositions = async (db: Kysely<ReadTables>): Promise<ReadonlyMap<string, bigint>> => {
  const rows = await db.selectFrom('projection_checkpoints').select(['projection', 'position']).execute()
  return new Map(
    rows.flatMap(({ projection, position }) => (position === null ? [] : [[projection, BigInt(position)]])),
  )
}

export const createPositionWaiter = ({ positions, wait, now }: PositionWaiterOptions): PositionWaiter => {
  // Positions only grow, so what was seen once is enough for every position up to it.
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
      // A database that does not answer is waited for no longer than anything else.
      timeUp ??= wait(waitMillisecondsMax)
      await Promise.race([look(), timeUp])
      if ((seen.get(projection) ?? -1n) < position) await wait(pollMilliseconds)
    }
  }
}
