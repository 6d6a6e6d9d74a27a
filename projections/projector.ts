import { assert } from '#domain/assert.ts'
import { concerns, foldBatch, keysOfEntries } from './fold.ts'
import type { Head, LogBatch, LogEntry, Projection, ProjectionStore } from './ports.ts'
import { distinctKeys } from './rows.ts'

// One subscription feeds several projections. `accept` queues entries of the log, `step` folds one batch of them for each
// projection and commits its rows with its checkpoint in one transaction. A commit that another projector host was faster
// than is refused; the projection then loads again and goes on from there. The main owns the loop and the subscription.

/** Entries that one step folds: large enough for bulk writes, small enough to be folded between two polls. */
export const batchEntriesMax = 5_000
/** Entries that wait in memory; when there are so many the subscription is to pause. */
export const queueEntriesMax = 20_000
/** What a projection passes over is stored in its checkpoint at the latest after this time. */
export const checkpointDelayMilliseconds = 1_000
/** Commits in a row that another host may be faster at before a step gives up. */
const refusalsMax = 5

type Lane = {
  readonly projection: Projection
  head: Head
  /** How far this projector has looked; ahead of the head where the entries since were passed over. */
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
  /** Reads the checkpoints. The subscription starts after the position it answers; undefined is the log's start. */
  readonly start: () => Promise<bigint | undefined>
  /** Takes batches in the log's order. After `full` the subscription waits until `step` has made room. */
  readonly accept: (batch: LogBatch) => 'more' | 'full'
  /** To be called again and again, on an idle log too: at least every `checkpointDelayMilliseconds`. */
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
  let lanes: readonly Lane[] = []
  let queue: readonly LogEntry[] = []
  /** Everything up to here has been accepted. */
  let end: bigint | undefined

  const start = async (): Promise<bigint | undefined> => {
    queue = []
    end = undefined
    lanes = await Promise.all(
      projections.map(async (projection) => {
        const head = await loadHead(store, projection)
        return { projection, head, seen: head.position, storedAt: now() }
      }),
    )
    const running = lanes.filter(({ head }) => head.stopped === undefined)
    if (running.some(({ seen }) => seen === undefined)) return undefined
    return running.reduce<bigint | undefined>(
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
    const outcomes = await Promise.allSettled(lanes.map((lane) => advance({ lane, batch, store, now })))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    // The batch stays queued: projections that have taken it pass over it when it comes again.
    if (failed) throw failed.reason
    queue = queue.slice(entries.length)
    const stored = outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value === 'stored')
    return stored || entries.length > 0 ? 'worked' : 'idle'
  }

  const status = (): readonly ProjectionStatus[] =>
    lanes.map(({ projection, head }) => ({
      projection: projection.name,
      position: head.position,
      parkedStreams: head.parked.size,
      stopped: head.stopped,
    }))

  return { start, accept, step, status }
}

type Advance = {
  readonly lane: Lane
  readonly batch: LogBatch
  readonly store: ProjectionStore
  readonly now: () => number
}

const advance = async ({ lane, batch, store, now }: Advance): Promise<'stored' | 'unchanged'> => {
  const { projection } = lane
  for (let refusals = 0; refusals < refusalsMax; refusals += 1) {
    if (lane.head.stopped !== undefined) return restarted(lane, store, now)
    const end = later(lane.seen, batch.position)
    const concerned = batch.entries.filter((entry) => isAfter(entry, lane.seen) && concerns(projection, entry))
    const overdue = end !== lane.head.position && now() - lane.storedAt >= checkpointDelayMilliseconds
    if (concerned.length === 0 && !overdue) {
      lane.seen = end
      return 'unchanged'
    }
    const keys = distinctKeys(keysOfEntries(projection, concerned))
    const { head, rows: stored } = await store.load(projection.name, keys)
    if (head.version !== lane.head.version) {
      follow(lane, head)
      continue
    }
    const folded = foldBatch({ projection, head, entries: concerned, keys, stored })
    // What it passes over after the last entry that concerns it counts as done, unless it stopped before.
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
      lane.head = { version: head.version + 1, position, stopped: folded.stopped, parked }
      lane.seen = position
      lane.storedAt = now()
      return 'stored'
    }
    follow(lane, await loadHead(store, projection))
  }
  throw new Error(`${projection.name}: other projector hosts were faster ${refusalsMax} times; run fewer of them`)
}

/** A stopped projection is looked at again now and then: once a person has let it go on, the subscription has to go back. */
const restarted = async (lane: Lane, store: ProjectionStore, now: () => number): Promise<'unchanged'> => {
  if (now() - lane.storedAt < checkpointDelayMilliseconds) return 'unchanged'
  lane.storedAt = now()
  const { stopped } = await loadHead(store, lane.projection)
  if (stopped === undefined) throw new Error(`${lane.projection.name} may go on; start the projector again`)
  return 'unchanged'
}

/** Goes on from where another host has brought the projection. */
const follow = (lane: Lane, head: Head): void => {
  const known = lane.head.position
  if (known !== undefined && (head.position === undefined || head.position < known))
    throw new Error(`${lane.projection.name}: its checkpoint went back; start the projector again`)
  lane.head = head
  lane.seen = head.position
}
