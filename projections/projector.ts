import { assert } from '#domain/assert.ts'
import { concerns, foldBatch, keysOfEntries } from './fold.ts'
import type { Head, LogBatch, LogEntry, Projection, ProjectionStore } from './ports.ts'
import { distinctKeys } from './rows.ts'

// One subscription feeds several projections. `accept` queues entries of the log; `step` folds one batch of them for each
// projection and commits its rows with its checkpoint in one transaction. If another projector host has committed before, the
// commit is refused, and the projection loads again and goes on from there. The main owns the loop and the subscription.

/** One step folds at most this many entries: enough for bulk writes, few enough to fold between two polls. */
const batchEntriesMax = 5_000
/** With this many entries waiting in memory the subscription has to pause. */
export const queueEntriesMax = 20_000
/** The checkpoint moves past skipped entries after this time at the latest. */
export const checkpointDelayMilliseconds = 1_000
/** A step gives up after this many refused commits in a row. */
const refusalsMax = 5

type RunningProjection = {
  readonly projection: Projection
  head: Head
  /** How far this projector has read. It is ahead of the head if entries were skipped since the last commit. */
  seen: bigint | undefined
  storedAt: number
}

export type ProjectionStatus = {
  readonly projection: string
  readonly position: bigint | undefined
  readonly parkedStreams: number
  readonly stopped: string | undefined
}

export type Projector = {
  /** Reads the checkpoints. Answers the position after which the subscription starts; undefined is the start of the log. */
  readonly start: () => Promise<bigint | undefined>
  /** Queues batches in the log's order. After `full` the subscription waits until `step` has made room. */
  readonly accept: (batch: LogBatch) => 'more' | 'full'
  /** Has to be called repeatedly, on an idle log too: at least every `checkpointDelayMilliseconds`. */
  readonly step: () => Promise<'worked' | 'idle'>
  readonly status: () => readonly ProjectionStatus[]
}

export type ProjectorOptions = {
  readonly projections: readonly Projection[]
  readonly store: ProjectionStore
  /** A monotonic clock in milliseconds. */
  readonly now: () => number
}

const later = (one: bigint | undefined, other: bigint | undefined): bigint | undefined =>
  one === undefined || (other !== undefined && other > one) ? other : one

const isAfter = (entry: LogEntry, position: bigint | undefined): boolean =>
  position === undefined || entry.position > position

const loadHead = async (store: ProjectionStore, projection: Projection): Promise<Head> =>
  (await store.load(projection.name, [])).head

export const createProjector = ({ projections, store, now }: ProjectorOptions): Projector => {
  let all: readonly RunningProjection[] = []
  let queue: readonly LogEntry[] = []
  /** All entries up to this position were accepted. */
  let end: bigint | undefined

  const start = async (): Promise<bigint | undefined> => {
    queue = []
    end = undefined
    all = await Promise.all(
      projections.map(async (projection) => {
        const head = await loadHead(store, projection)
        return { projection, head, seen: head.position, storedAt: now() }
      }),
    )
    const notStopped = all.filter(({ head }) => head.stopped === undefined)
    if (notStopped.some(({ seen }) => seen === undefined)) return undefined
    return notStopped.reduce<bigint | undefined>(
      (least, { seen }) => (least === undefined || (seen !== undefined && seen < least) ? seen : least),
      undefined,
    )
  }

  const accept = ({ entries, position }: LogBatch): 'more' | 'full' => {
    assert(queue.length < queueEntriesMax, 'the subscription goes on although the projector is full')
    queue = queue.concat(entries)
    end = later(later(end, entries.at(-1)?.position), position)
    return queue.length < queueEntriesMax ? 'more' : 'full'
  }

  const step = async (): Promise<'worked' | 'idle'> => {
    const entries = queue.slice(0, batchEntriesMax)
    const whole = entries.length === queue.length
    const batch = { entries, position: whole ? end : entries.at(-1)?.position }
    const outcomes = await Promise.allSettled(all.map((running) => advance({ running, batch, store, now })))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    // The batch stays queued. Projections that have applied it skip it the next time.
    if (failed) throw failed.reason
    queue = queue.slice(entries.length)
    const stored = outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value === 'stored')
    return stored || entries.length > 0 ? 'worked' : 'idle'
  }

  const status = (): readonly ProjectionStatus[] =>
    all.map(({ projection, head }) => ({
      projection: projection.name,
      position: head.position,
      parkedStreams: head.parked.size,
      stopped: head.stopped,
    }))

  return { start, accept, step, status }
}

type Advance = {
  readonly running: RunningProjection
  readonly batch: LogBatch
  readonly store: ProjectionStore
  readonly now: () => number
}

const advance = async ({ running, batch, store, now }: Advance): Promise<'stored' | 'unchanged'> => {
  const { projection } = running
  for (let refusals = 0; refusals < refusalsMax; refusals += 1) {
    if (running.head.stopped !== undefined) return restarted(running, store, now)
    const end = later(running.seen, batch.position)
    const concerned = batch.entries.filter((entry) => isAfter(entry, running.seen) && concerns(projection, entry))
    const overdue = end !== running.head.position && now() - running.storedAt >= checkpointDelayMilliseconds
    if (concerned.length === 0 && !overdue) {
      running.seen = end
      return 'unchanged'
    }
    const keys = distinctKeys(keysOfEntries(projection, concerned))
    const { head, rows: stored } = await store.load(projection.name, keys)
    if (head.version !== running.head.version) {
      follow(running, head)
      continue
    }
    const folded = foldBatch({ projection, head, entries: concerned, keys, stored })
    // Entries that it skips after its last own entry count as done, unless it stopped before them.
    const position = folded.stopped === undefined ? later(folded.position, end) : folded.position
    const outcome = await store.commit({
      projection: projection.name,
      expectedVersion: head.version,
      ...folded,
      position,
      resumed: [],
    })
    if (outcome === 'committed') {
      const parked = new Map([...head.parked, ...folded.parked.map((one) => [one.stream, one] as const)])
      running.head = { version: head.version + 1, position, stopped: folded.stopped, parked }
      running.seen = position
      running.storedAt = now()
      return 'stored'
    }
    follow(running, await loadHead(store, projection))
  }
  throw new Error(`${projection.name}: other projector hosts were faster ${refusalsMax} times; run fewer of them`)
}

/** Checks from time to time whether staff have restarted a stopped projection: then the subscription has to go back. */
const restarted = async (
  running: RunningProjection,
  store: ProjectionStore,
  now: () => number,
): Promise<'unchanged'> => {
  if (now() - running.storedAt < checkpointDelayMilliseconds) return 'unchanged'
  running.storedAt = now()
  const { stopped } = await loadHead(store, running.projection)
  if (stopped === undefined) throw new Error(`${running.projection.name} may go on; start the projector again`)
  return 'unchanged'
}

/** Goes on from where another host has brought the projection. Throws if its checkpoint went back. */
const follow = (running: RunningProjection, head: Head): void => {
  const known = running.head.position
  if (known !== undefined && (head.position === undefined || head.position < known))
    throw new Error(`${running.projection.name}: its checkpoint went back; start the projector again`)
  running.head = head
  running.seen = head.position
}
