import type { Follow } from '#platform/eventstore/follow-log.ts'
import { holdExclusively } from '#platform/postgres/exclusive.ts'
import { createProjectionStore } from '#platform/postgres/projection-store.ts'
import { dropPrevious, previousSchema } from '#platform/postgres/rebuild.ts'
import { pause } from '#platform/timers.ts'
import type { Projection } from '#projections/ports.ts'
import { openFeeder } from './feeder.ts'
import { type Databases, livePosition } from './rebuild.ts'

const pollMilliseconds = 250

/**
 * Feeds a read model's old tables, so that they stay comparable with the new ones, until the signal; then drops them. This
 * process does it, not the workers: tables that are soon dropped must not be able to hold up the live ones.
 */
export const feedOldUntil = async (
  signal: AbortSignal,
  { pool, db, projection, follow }: Databases & { readonly projection: Projection; readonly follow: Follow },
): Promise<void> => {
  const release = await holdExclusively(pool, `rebuild ${projection.name}`)
  if (!release) throw new Error(`${projection.name} is being rebuilt by another command.`)
  try {
    const store = createProjectionStore(pool, previousSchema(projection))
    const feeder = await openFeeder({ projection, store, follow })
    try {
      while (!signal.aborted) {
        await feeder.advanceTo(await livePosition(db, projection))
        await pause(pollMilliseconds, signal)
      }
    } finally {
      feeder.close()
    }
    await dropPrevious(pool, projection)
  } finally {
    await release()
  }
}
