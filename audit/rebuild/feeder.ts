import type { Follow, FollowedBatch } from '#platform/eventstore/follow-log.ts'
import { pause } from '#platform/timers.ts'
import type { LogEntry, Projection, ProjectionStore } from '#projections/ports.ts'
import { checkpointDelayMilliseconds, createProjector } from '#projections/projector.ts'

// Brings a read model to exactly the position of another, so that both can be compared, swapped or kept side by side. A
// projector does the work; this holds back what the log has handed out beyond the position.

/** How long the log may deliver nothing before a position that it should have. */
const silenceMillisecondsMax = 20_000

export type Feeder = {
  /** As stored; undefined before anything was. */
  readonly position: () => bigint | undefined
  /**
   * Feeds everything up to the position, and nothing after it. `onBatch` receives the number of entries of each batch.
   * Rejects where the log does not reach that far, or the read model stops.
   */
  readonly advanceTo: (target: bigint, onBatch?: (entries: number) => void) => Promise<void>
  readonly close: () => void
}

export type FeederOptions = {
  readonly projection: Projection
  readonly store: ProjectionStore
  readonly follow: Follow
}

export const openFeeder = async ({ projection, store, follow }: FeederOptions): Promise<Feeder> => {
  const projector = createProjector({ projections: [projection], store, now: alwaysOverdue() })
  let position = await projector.start()
  const closed = new AbortController()
  const next = createReader(follow(position ?? 'start', closed.signal))
  let held: readonly LogEntry[] = []

  const advanceTo: Feeder['advanceTo'] = async (target, onBatch) => {
    while (position === undefined || position < target) {
      if (held.length === 0) held = await next(() => shortLog(projection, position, target))
      const taken = held.filter((entry) => entry.position <= target)
      held = held.slice(taken.length)
      const reached = held.length > 0 ? target : taken.at(-1)?.position
      projector.accept({ entries: taken, position: reached })
      await projector.step()
      const stopped = projector.status().find((status) => status.stopped !== undefined)?.stopped
      if (stopped !== undefined) throw new Error(`${projection.name} cannot be built from the log: ${stopped}`)
      position = reached ?? position
      onBatch?.(taken.length)
    }
  }
  return { position: () => position, advanceTo, close: () => closed.abort() }
}

/** A clock that makes every step store its position, even if no event concerned the read model. */
const alwaysOverdue = (): (() => number) => {
  let milliseconds = 0
  return () => {
    milliseconds += checkpointDelayMilliseconds
    return milliseconds
  }
}

/** The next entries, asked for while those before are being stored. */
const createReader = (batches: AsyncGenerator<FollowedBatch>) => {
  const ask = (): Promise<IteratorResult<FollowedBatch>> => {
    const asked = batches.next()
    // Nobody may be waiting for it any more when it fails.
    asked.catch(() => undefined)
    return asked
  }
  let asked: Promise<IteratorResult<FollowedBatch>> | undefined
  return async (silence: () => Error): Promise<readonly LogEntry[]> => {
    const silent = new AbortController()
    try {
      const tooLong = pause(silenceMillisecondsMax, silent.signal)
      for (;;) {
        asked ??= ask()
        const result = await Promise.race([asked, tooLong])
        if (!result) throw silence()
        if (result.done) throw new Error('the log is no longer followed')
        asked = ask()
        if (result.value.entries.length > 0) return result.value.entries
      }
    } finally {
      silent.abort()
    }
  }
}

const shortLog = (projection: Projection, position: bigint | undefined, target: bigint): Error =>
  new Error(
    `${projection.name}: the log hands out nothing after ${position ?? 'its start'}, yet the read model stands at ${target}: is it of another log?`,
  )
