import type { EventStoreDBClient } from '@eventstore/db-client'
import { START } from '@eventstore/db-client'
import type { RecordedEvent } from '#domain/events.ts'
import { recordedEvent, type UnreadableEvent } from '#platform/eventstore/recorded-event.ts'

export type LogEntry = RecordedEvent | UnreadableEvent

const readFrom = async function* (client: EventStoreDBClient, after: bigint | undefined): AsyncGenerator<LogEntry> {
  const fromPosition = after === undefined ? START : { commit: after, prepare: after }
  for await (const { event } of client.readAll({ fromPosition })) {
    if (event === undefined || event.type.startsWith('$')) continue
    const entry = recordedEvent(event)
    if (after === undefined || entry.position > after) yield entry
  }
}

/** What the log has said so far, kept outside it: a later reading has to begin with the same. */
export type LogCopy = {
  /** Reads on to the log's end. */
  readonly readOn: () => Promise<readonly LogEntry[]>
  /** Reads all of it again and names the first place at which it says something else than before. */
  readonly changed: () => Promise<readonly string[]>
}

const nameOf = (entry: LogEntry | undefined): string =>
  entry === undefined ? 'nothing' : `${entry.stream} revision ${entry.revision} at ${entry.position}`

export const copyLog = (client: EventStoreDBClient): LogCopy => {
  const entries: LogEntry[] = []
  const read = async (): Promise<readonly LogEntry[]> => {
    for await (const entry of readFrom(client, entries.at(-1)?.position)) entries.push(entry)
    return entries
  }
  let reading: Promise<unknown> = Promise.resolve()
  return {
    // One after the other: two at once would both go on from the same place.
    readOn: () => {
      const next = reading.then(read, read)
      reading = next
      return next
    },
    changed: async () => {
      let index = 0
      for await (const entry of readFrom(client, undefined)) {
        const before = entries[index]
        if (before === undefined) break
        if (nameOf(entry) !== nameOf(before)) return [`the log had ${nameOf(before)}, and now has ${nameOf(entry)}`]
        index += 1
      }
      return index < entries.length ? [`the log had ${nameOf(entries[index])}, and now ends before it`] : []
    },
  }
}
