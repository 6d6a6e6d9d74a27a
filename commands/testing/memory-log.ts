import { decodeEvent, isUndecodable } from '#domain/codec.ts'
import type { EventMetadata, RecordedEvent } from '#domain/events.ts'
import type { AppendResult, EventLog, EventToAppend } from '../ports.ts'

// An event log in memory for tests, never kinder than the real one: it stores what the codec stores, compares event ids
// for idempotent retries as EventStoreDB does, and hands out events that went through the codec.

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

export type MemoryLog = EventLog & { readonly all: () => readonly RecordedEvent[] }

const bytesBetweenPositions = 100n
const pageSize = 100

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

  const append = (stream: string, expected: number, events: readonly EventToAppend[]): AppendResult => {
    const existing = streams.get(stream) ?? []
    const last = existing.length - 1
    if (expected > last) return { outcome: 'conflict' }
    if (expected < last) {
      const same = events.length > 0 && events.every(({ id }, index) => existing[expected + 1 + index]?.id === id)
      return same ? result(existing[expected + events.length]) : { outcome: 'conflict' }
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
    append: async (stream, expected, events) => append(stream, expected, events),
    read: async function* (stream, fromRevision) {
      const events = (streams.get(stream) ?? []).slice(fromRevision)
      for (let index = 0; index < events.length; index += pageSize)
        yield events.slice(index, index + pageSize).map(recorded)
    },
    all: () => all.map(recorded),
  }
}
