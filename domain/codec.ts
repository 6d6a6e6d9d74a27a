import { assert } from './assert.ts'
import { type DomainEvent, type EventType, eventSchemas } from './events.ts'
import { parseStoredType, storedTypeOf, upcast } from './history.ts'

// The only way into and out of the log: zod checks every event in both directions, so nothing malformed is ever stored
// and nothing unknown is ever folded.

/** `json` is what is stored, byte for byte; `data` is the same before it became text. */
export type EncodedEvent = { readonly storedType: string; readonly data: DomainEvent['data']; readonly json: string }

/** Why stored data cannot be read: a type or version that this release does not know, or data that breaks its schema. */
export type UndecodableEvent = { readonly problem: string }

const isEventType = (type: string): type is EventType => Object.hasOwn(eventSchemas, type)

/** The stored form of an event. Data that breaks its own schema is a bug, and never reaches the log. */
export const encodeEvent = (event: DomainEvent): EncodedEvent => {
  const parsed = eventSchemas[event.type].safeParse(event.data)
  assert(parsed.success, `${event.type} breaks its schema: ${parsed.error?.message ?? ''}`)
  return { storedType: storedTypeOf(event.type), data: parsed.data, json: JSON.stringify(parsed.data) }
}

/** The event that stored data (parsed JSON) hold, in today's shape, or why they cannot be read. Never throws. */
export const decodeEvent = (storedType: string, data: unknown): DomainEvent | UndecodableEvent => {
  const { type, version } = parseStoredType(storedType)
  if (!isEventType(type)) return { problem: `unknown event type ${storedType}` }
  const shape = upcast({ type, version, data })
  if (shape === undefined) return { problem: `unknown version of an event type: ${storedType}` }
  const parsed = eventSchemas[type].safeParse(shape)
  if (!parsed.success) return { problem: `${storedType} breaks its schema: ${parsed.error.message}` }
  // The table pairs each type with its own schema; the compiler cannot follow that pairing through an index.
  return { type, data: parsed.data } as DomainEvent
}

export const isUndecodable = (event: DomainEvent | UndecodableEvent): event is UndecodableEvent => 'problem' in event
