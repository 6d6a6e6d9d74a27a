import { assert } from './assert.ts'
import { type DomainEvent, type EventType, eventSchemas } from './events.ts'
import { parseStoredType, storedTypeOf, upcast } from './history.ts'

// Every event passes here on its way into and out of the log. zod checks it in both directions, so nothing malformed is
// stored and nothing unknown is folded.

/** `json` is what is stored, byte for byte; `data` is the same value before it was made into text. */
export type EncodedEvent = { readonly storedType: string; readonly data: DomainEvent['data']; readonly json: string }

/** Why stored data cannot be read: a type or version that this release does not know, or data that breaks its schema. */
export type UndecodableEvent = { readonly problem: string }

const isEventType = (type: string): type is EventType => Object.hasOwn(eventSchemas, type)

/** The stored form of an event. Throws an AssertionError if the data does not match its schema: that is a bug. */
export const encodeEvent = (event: DomainEvent): EncodedEvent => {
  const parsed = eventSchemas[event.type].safeParse(event.data)
  assert(parsed.success, `${event.type} breaks its schema: ${parsed.error?.message ?? ''}`)
  return { storedType: storedTypeOf(event.type), data: parsed.data, json: JSON.stringify(parsed.data) }
}

/** Decodes stored data (parsed JSON) into an event of today's shape, or answers why that is impossible. Never throws. */
export const decodeEvent = (storedType: string, data: unknown): DomainEvent | UndecodableEvent => {
  const { type, version } = parseStoredType(storedType)
  if (!isEventType(type)) return { problem: `unknown event type ${storedType}` }
  const shape = upcast({ type, version, data })
  if (shape === undefined) return { problem: `unknown version of an event type: ${storedType}` }
  const parsed = eventSchemas[type].safeParse(shape)
  if (!parsed.success) return { problem: `${storedType} breaks its schema: ${parsed.error.message}` }
  // `eventSchemas` pairs each type with its schema; the compiler cannot follow that pairing through an index.
  return { type, data: parsed.data } as DomainEvent
}

export const isUndecodable = (event: DomainEvent | UndecodableEvent): event is UndecodableEvent => 'problem' in event
