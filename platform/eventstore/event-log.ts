import {
  AccessDeniedError,
  type EventStoreDBClient,
  InvalidArgumentError,
  type JSONType,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import type { AppendRefusal, EventLog, EventToAppend } from '#commands/ports.ts'
import { errorText } from '#domain/error-text.ts'
import type { EventMetadata, RecordedEvent } from '#domain/events.ts'
import { recordedEvent } from './recorded-event.ts'

/** Events handed out at a time when a stream is read. */
const pageSize = 500

const utf8 = new TextEncoder()

/** Bytes are cheaper for the client than an object here, and the events of one command share them. */
const proposedAll = (events: readonly EventToAppend[]) => {
  let last: { readonly metadata: EventMetadata; readonly bytes: Uint8Array } | undefined
  return events.map(({ id, storedType, data, metadata }) => {
    // It takes only a real Uint8Array for them.
    if (last?.metadata !== metadata) last = { metadata, bytes: utf8.encode(JSON.stringify(metadata)) }
    return jsonEvent({ id, type: storedType, data: data as JSONType, metadata: last.bytes })
  })
}

const currentRevisionOf = ({ actualVersion }: WrongExpectedVersionError): number =>
  typeof actualVersion === 'bigint' ? Number(actualVersion) : -1

/** The errors that say that an append was not written and never will be. All others leave its outcome unknown. */
const refusalOf = (error: unknown): AppendRefusal | undefined => {
  if (error instanceof MaxAppendSizeExceededError) return 'too_large'
  if (error instanceof AccessDeniedError) return 'access_denied'
  if (error instanceof StreamDeletedError) return 'stream_deleted'
  if (error instanceof InvalidArgumentError) return 'invalid'
  return undefined
}

/** A decision may rest on no follower's state, which lags behind what the leader has acknowledged. */
const decisiveRead = { requiresLeader: true }

/** The event log on EventStoreDB, or on a node that speaks its protocol. */
export const createEventLog = (client: EventStoreDBClient): EventLog => ({
  append: async (stream, expected, events) => {
    try {
      const result = await client.appendToStream(stream, proposedAll(events), {
        expectedRevision: expected < 0 ? NO_STREAM : BigInt(expected),
      })
      return { outcome: 'appended', position: result.position?.commit ?? 0n }
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return { outcome: 'conflict', current: currentRevisionOf(error) }
      const reason = refusalOf(error)
      if (reason !== undefined) return { outcome: 'refused', reason, message: errorText(error) }
      throw error
    }
  },
  read: async function* (stream, fromRevision) {
    let page: RecordedEvent[] = []
    try {
      for await (const { event } of client.readStream(stream, {
        fromRevision: BigInt(fromRevision),
        ...decisiveRead,
      })) {
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
