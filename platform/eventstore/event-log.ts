import {
  type EventStoreDBClient,
  type JSONType,
  jsonEvent,
  NO_STREAM,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import type { EventLog, EventToAppend } from '#commands/ports.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { recordedEvent } from './recorded-event.ts'

/** Events handed out at a time when a stream is read. */
const pageSize = 500

const utf8 = new TextEncoder()

// Bytes are cheaper for the client than an object here, and it takes only a real Uint8Array for them.
const proposed = ({ id, storedType, data, metadata }: EventToAppend) =>
  jsonEvent({ id, type: storedType, data: data as JSONType, metadata: utf8.encode(JSON.stringify(metadata)) })

/** The event log on EventStoreDB, or on a node that speaks its protocol. */
export const createEventLog = (client: EventStoreDBClient): EventLog => ({
  append: async (stream, expected, events) => {
    try {
      const result = await client.appendToStream(stream, events.map(proposed), {
        expectedRevision: expected < 0 ? NO_STREAM : BigInt(expected),
      })
      return { outcome: 'appended', position: result.position?.commit ?? 0n }
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return { outcome: 'conflict' }
      throw error
    }
  },
  read: async function* (stream, fromRevision) {
    let page: RecordedEvent[] = []
    try {
      for await (const { event } of client.readStream(stream, { fromRevision: BigInt(fromRevision) })) {
        if (event === undefined) continue
        const decoded = recordedEvent(event)
        if ('problem' in decoded) throw new Error(`${stream} revision ${decoded.revision}: ${decoded.problem}`)
        page.push(decoded)
        if (page.length < pageSize) continue
        yield page
        page = []
      }
    } catch (error) {
      if (error instanceof StreamNotFoundError) return
      throw error
    }
    if (page.length > 0) yield page
  },
})
