import { isDeepStrictEqual } from 'node:util'
import { type AllStreamResolvedEvent, type ReadAllOptions, START } from '@eventstore/db-client'
import type { Follow } from '#audit/rebuild/feeder.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { recordedEvent, type UnreadableEvent } from '#platform/eventstore/recorded-event.ts'
import { pause } from '#platform/timers.ts'

export type LogEntry = RecordedEvent | UnreadableEvent

/** Entries that a follower gets at a time. */
const batchMax = 5_000
const endMilliseconds = 50

type Log = { readonly readAll: (options: ReadAllOptions) => AsyncIterable<AllStreamResolvedEvent> }

const readFrom = async function* (log: Log, after: bigint | undefined): AsyncGenerator<LogEntry> {
  const fromPosition = after === undefined ? START : { commit: after, prepare: after }
  for await (const { event } of log.readAll({ fromPosition })) {
    if (event === undefined || event.type.startsWith('$')) continue
    const entry = recordedEvent(event)
    if (after === undefined || entry.position > after) yield entry
  }
}

/** What the log has said so far, kept outside it: a later reading has to begin with the same. */
export type LogCopy = {
  /** Reads on to the log's end. */
  readonly readOn: () => Promise<readonly LogEntry[]>
  /** Hands out what was read, then what is read on from there. */
  readonly follow: Follow
  /** Reads all of it again and names the first place at which it says something else than before. */
  readonly changed: () => Promise<readonly string[]>
}

const nameOf = (entry: LogEntry | undefined): string =>
  entry === undefined ? 'nothing' : `${entry.stream} revision ${entry.revision} at ${entry.position}`

export const copyLog = (log: Log): LogCopy => {
  const entries: LogEntry[] = []
  const read = async (): Promise<readonly LogEntry[]> => {
    for await (const entry of readFrom(log, entries.at(-1)?.position)) entries.push(entry)
    return entries
  }
  let reading: Promise<unknown> = Promise.resolve()
  // One after the other: two at once would both go on from the same place.
  const readOn = (): Promise<readonly LogEntry[]> => {
    const next = reading.then(read, read)
    reading = next
    return next
  }
  return {
    readOn,
    follow: async function* (after, signal) {
      let index = after === 'start' ? 0 : entries.filter(({ position }) => position <= after).length
      while (!signal.aborted) {
        const batch = entries.slice(index, index + batchMax)
        index += batch.length
        const position = entries[index - 1]?.position
        if (batch.length > 0) yield { entries: batch, position, live: index === entries.length }
        else if ((await readOn()).length === index) await pause(endMilliseconds, signal)
      }
    },
    changed: async () => {
      let index = 0
      for await (const entry of readFrom(log, undefined)) {
        const before = entries[index]
        if (before === undefined) break
        if (nameOf(entry) !== nameOf(before)) return [`the log had ${nameOf(before)}, and now has ${nameOf(entry)}`]
        if (!isDeepStrictEqual(entry, before)) return [`the log has another content of ${nameOf(entry)} than before`]
        index += 1
      }
      return index < entries.length ? [`the log had ${nameOf(entries[index])}, and now ends before it`] : []
    },
  }
}
