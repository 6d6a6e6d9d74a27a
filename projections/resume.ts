import { foldResumed, keysOfEntries } from './fold.ts'
import type { LogEntry, Projection, ProjectionStore } from './ports.ts'
import { distinctKeys } from './rows.ts'

// Resumes a read model after its defect was fixed: applies the events of a parked stream, or restarts a stopped projection.

type Resume = {
  readonly projection: Projection
  readonly store: ProjectionStore
  readonly stream: string
  /** The stream's events from the parked revision to the last waiting one, read from the log. */
  readonly entries: readonly LogEntry[]
}

/**
 * Applies the events of a parked stream, once they can be decoded and applied. Answers `changed` if the projector has
 * committed meanwhile or if `entries` are not exactly the waiting ones: load the parked stream again and repeat.
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
    parked: resumption.outcome === 'applied' ? [] : [resumption.parked],
    resumed: resumption.outcome === 'applied' ? [stream] : [],
  })
  if (outcome === 'refused') return 'changed'
  return resumption.outcome === 'applied' ? 'resumed' : 'still_parked'
}

/** Lets a stopped projection go on from its checkpoint. Running projectors notice that and start again. */
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
