import type { AppendResult, EventToAppend } from '#commands/ports.ts'
import { decodeEvent, isUndecodable } from '#domain/codec.ts'
import type { EventMetadata, RecordedEvent } from '#domain/events.ts'

// The event store's side of the log: streams of text, as unforgiving as the real one. An append names the revision that
// its stream must have; the same events at the same place, sent again, are the same append.

export type StoredEvent = {
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly created: number
  readonly storedType: string
  readonly json: string
  readonly metadata: EventMetadata
}

/** As the platform's subscription hands an event out: decoded, or its place and why it cannot be read. */
export type Entry =
  | RecordedEvent
  | (Pick<StoredEvent, 'stream' | 'revision' | 'position' | 'created' | 'storedType'> & { readonly problem: string })

export type LogServer = {
  readonly append: (stream: string, expected: number, events: readonly EventToAppend[]) => AppendResult
  /** Stores text as it stands, whatever it says. */
  readonly store: (
    stream: string,
    events: ReadonlyArray<Pick<StoredEvent, 'id' | 'storedType' | 'json' | 'metadata'>>,
  ) => bigint
  /** The readable events of a stream. */
  readonly read: (stream: string, fromRevision: number) => readonly Entry[]
  /** In how many milliseconds everything up to a position is readable. */
  readonly readableIn: (position: bigint) => number
  /** The last revision, readable or not: rivals are refused by it. */
  readonly revisionOf: (stream: string) => number
  /** At most `limit` readable entries after a position, of streams whose names begin so. */
  readonly after: (position: bigint, prefixes: readonly string[] | undefined, limit: number) => readonly Entry[]
  readonly end: () => bigint
  /** Called once, when the next events have become readable. */
  readonly onNext: (listener: () => void) => void
  readonly streams: () => Iterable<string>
}

export type LogServerOptions = {
  /** The log's own clock, which stamps what is appended. */
  readonly clock: () => number
  /** How long the events of an append stay unreadable after it was accepted. */
  readonly gap: () => number
  readonly now: () => number
  readonly later: (milliseconds: number, run: () => void) => void
  /** Shown the text of every event as it is committed, one append at a time. */
  readonly committed: (events: readonly StoredEvent[]) => void
}

const positionStep = 10n

const entryOf = (stored: StoredEvent): Entry => {
  const { id, stream, revision, position, created, storedType, json, metadata } = stored
  const place = { stream, revision, position, created }
  const decoded = decodeEvent(storedType, JSON.parse(json))
  if (isUndecodable(decoded)) return { ...place, storedType, problem: decoded.problem }
  return { ...decoded, ...place, id, metadata }
}

export const createLogServer = ({ clock, gap, now, later, committed }: LogServerOptions): LogServer => {
  const streams = new Map<string, Entry[]>()
  const ids = new Map<string, string[]>()
  const all: Entry[] = []
  /** When each entry of `all` becomes readable. It never decreases, because readers see the log in order. */
  const readableAt: number[] = []
  let listeners: (() => void)[] = []

  const indexOf = (position: bigint): number => Number(position / positionStep) - 1
  const isReadable = ({ position }: Entry): boolean => (readableAt[indexOf(position)] ?? 0) <= now()

  const notify = (): void => {
    const waiting = listeners
    listeners = []
    for (const listener of waiting) listener()
  }

  const store: LogServer['store'] = (stream, events) => {
    const entries = streams.get(stream) ?? []
    const known = ids.get(stream) ?? []
    streams.set(stream, entries)
    ids.set(stream, known)
    const created = clock()
    const stored = events.map((event, index) => ({
      ...event,
      stream,
      revision: entries.length + index,
      position: BigInt(all.length + index + 1) * positionStep,
      created,
    }))
    const shown = Math.max(now() + gap(), readableAt.at(-1) ?? 0)
    // Decoded once for all readers, so no reader may change an entry.
    for (const event of stored) {
      const entry = entryOf(event)
      entries.push(entry)
      all.push(entry)
      readableAt.push(shown)
      known.push(event.id)
    }
    committed(stored)
    if (shown > now()) later(shown - now(), notify)
    else notify()
    return BigInt(all.length) * positionStep
  }

  const append: LogServer['append'] = (stream, expected, events) => {
    const known = ids.get(stream) ?? []
    if (known.length - 1 === expected) {
      const texts = events.map(({ id, storedType, data, metadata }) => ({
        id,
        storedType,
        json: JSON.stringify(data),
        metadata,
      }))
      return { outcome: 'appended', position: store(stream, texts) }
    }
    const isSame = events.length > 0 && events.every(({ id }, index) => known[expected + 1 + index] === id)
    const last = streams.get(stream)?.[expected + events.length]
    return isSame && last
      ? { outcome: 'appended', position: last.position }
      : { outcome: 'conflict', current: known.length - 1 }
  }

  const after: LogServer['after'] = (position, prefixes, limit) => {
    const found: Entry[] = []
    for (let index = Number(position / positionStep); index < all.length && found.length < limit; index += 1) {
      const entry = all[index]
      if (entry && !isReadable(entry)) break
      if (entry && (prefixes === undefined || prefixes.some((prefix) => entry.stream.startsWith(prefix))))
        found.push(entry)
    }
    return found
  }

  return {
    append,
    store,
    read: (stream, fromRevision) => (streams.get(stream) ?? []).slice(Math.max(0, fromRevision)).filter(isReadable),
    readableIn: (position) => Math.max(0, (readableAt[indexOf(position)] ?? 0) - now()),
    revisionOf: (stream) => (streams.get(stream)?.length ?? 0) - 1,
    after,
    end: () => BigInt(all.length) * positionStep,
    onNext: (listener) => {
      listeners.push(listener)
    },
    streams: () => streams.keys(),
  }
}
