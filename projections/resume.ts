import { foldResumed, keysOfEntries } from './fold.ts'
import type { LogEntry, Projection, ProjectionStore } from './ports.ts'
import { distinctKeys } from './rows.ts'

// What brings a read model back to work after its defect is mended: parked streams are taken up, a stopped projection goes on.

type Resume = {
  readonly projection: Projection
  readonly store: ProjectionStore
  readonly stream: string
  /** The stream's events from the parked revision to the last one that waits, read from the log. */
  readonly entries: readonly LogEntry[]
}

/**
 * Takes a parked stream up again, once its events can be read or applied. Refused (`changed`) when the projector went on
 * meanwhile or `entries` are not exactly those that wait: load the parked stream again and repeat.
 */
export const resumeStream = async (resume: Resume): Promise<'resumed' | 'still_parked' | 'changed'> => {
  const { projection, store, stream, entries } = resume
  const keys = distinctKeys(keysOfEntries(projection, entries))
  const { head, rows: stored } = await store.load(projection.name, keys)
  const waiting = head.parked.get(stream)
  const whole =
    waiting !== undefined &&
    entries.length === waiting.lastRevision - waiting.revision + 1 &&
    entries.every((entry, index) => entry.stream === stream && entry.revision === waiting.revision + index)
  if (!whole) return 'changed'
  const resumption = foldResumed({ projection, waiting, entries, keys, stored })
  const outcome = await store.commit({
    projection: projection.name,
    expectedVersion: head.version,
    position: head.position,
    stopped: head.stopped,
    rows: resumption.rows,
    parked: resumption.outcome === 'taken' ? [] : [resumption.parked],
    resumed: resumption.outcome === 'taken' ? [stream] : [],
  })
  if (outcome === 'refused') return 'changed'
  return resumption.outcome === 'taken' ? 'resumed' : 'still_parked'
}

/** Lets a stopped projection go on from its checkpoint; projectors that run notice and start again. */
export const restartProjection = async (
  projection: Projection,
  store: ProjectionStore,
): Promise<'restarted' | 'changed'> => {
  const { head } = await store.load(projection.name, [])
  const outcome = await store.commit({
    projection: projection.name,
    expectedVersion: head.version,
    position: head.position,
    stopped: undefined,
    rows: [],
    parked: [],
    resumed: [],
  })
  return outcome === 'committed' ? 'restarted' : 'changed'
}
