import { decodeEvent, isUndecodable } from '#domain/codec.ts'
import type { EventMetadata, RecordedEvent } from '#domain/events.ts'
import type { AppendResult, EventLog, EventToAppend } from '../ports.ts'

// An event log in memory for tests, as strict as the real one: it stores what the codec encodes, compares event ids for
// idempotent retries as EventStoreDB does, and reads events through the codec.

type Stored = {
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly created: number
  readonly storedType: string
  readonly json: string
  readonly metadata: EventMetadata
}

export type MemoryLog = EventLog & {
  readonly all: () => readonly RecordedEvent[]
  /** Stores an event without the codec, like another release could. */
  readonly appendForeign: (stream: string, storedType: string, data: object) => void
  /** Keeps this many events of a stream, as after the restore of an older backup. */
  readonly truncate: (stream: string, events: number) => void
}

type Appended = Omit<EventToAppend, 'data'> & { readonly data: object }

const foreignMetadata: EventMetadata = { $correlationId: 'foreign', $causationId: 'foreign', actor: 'foreign' }
const bytesBetweenPositions = 100n
const pageSize = 100
/** The size limit of EventStoreDB. Newer servers count data, metadata and twice the type; older ones only the data. */
const appendBytesMax = 1_048_576
const bytesOf = ({ storedType, data, metadata }: EventToAppend): number =>
  Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata)) + 2 * storedType.length

const recorded = ({ storedType, json, ...rest }: Stored): RecordedEvent => {
  const event = decodeEvent(storedType, JSON.parse(json))
  if (isUndecodable(event)) throw new Error(event.problem)
  return { ...event, ...rest }
}

export const createMemoryLog = (now: () => number): MemoryLog => {
  const all: Stored[] = []
  const streams = new Map<string, Stored[]>()

  const result = (stored: Stored | undefined): AppendResult => ({
    outcome: 'appended',
    position: stored?.position ?? 0n,
  })

  const append = (stream: string, expected: number, events: readonly Appended[]): AppendResult => {
    const existing = streams.get(stream) ?? []
    const last = existing.length - 1
    if (expected > last) return { outcome: 'conflict', current: last }
    if (expected < last) {
      const same = events.length > 0 && events.every(({ id }, index) => existing[expected + 1 + index]?.id === id)
      return same ? result(existing[expected + events.length]) : { outcome: 'conflict', current: last }
    }
    const stored = events.map(({ id, storedType, data, metadata }, index) => ({
      id,
      stream,
      revision: expected + 1 + index,
      position: BigInt(all.length + 1 + index) * bytesBetweenPositions,
      created: now(),
      storedType,
      json: JSON.stringify(data),
      metadata,
    }))
    streams.set(stream, [...existing, ...stored])
    all.push(...stored)
    return result(stored.at(-1))
  }

  return {
    append: async (stream, expected, events) => {
      const bytes = events.reduce((sum, event) => sum + bytesOf(event), 0)
      if (bytes > appendBytesMax)
        return { outcome: 'refused', reason: 'too_large', message: `${bytes} bytes are more than ${appendBytesMax}` }
      return append(stream, expected, events)
    },
    read: async function* (stream, fromRevision) {
      const events = (streams.get(stream) ?? []).slice(fromRevision)
      for (let index = 0; index < events.length; index += pageSize)
        yield events.slice(index, index + pageSize).map(recorded)
    },
    all: () => all.map(recorded),
    appendForeign: (stream, storedType, data) => {
      const event = { id: `foreign-${all.length}`, storedType, data, metadata: foreignMetadata }
      append(stream, (streams.get(stream)?.length ?? 0) - 1, [event])
    },
    truncate: (stream, events) => {
      streams.set(stream, (streams.get(stream) ?? []).slice(0, events))
    },
  }
}
