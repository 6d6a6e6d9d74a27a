import { isDeepStrictEqual } from 'node:util'
import { type AllStreamResolvedEvent, type ReadAllOptions, START } from '@eventstore/db-client'
import type { Follow } from '#platform/eventstore/follow-log.ts'
import { type FollowedEntry, recordedEvent } from '#platform/eventstore/recorded-event.ts'
import { pause } from '#platform/timers.ts'

export type LogEntry = FollowedEntry

/** Entries in one batch of `follow`. */
const batchMax = 5_000
/** Poll interval of `follow` at the end of the log. */
const pollMilliseconds = 50

type Log = { readonly readAll: (options: ReadAllOptions) => AsyncIterable<AllStreamResolvedEvent> }

const readFrom = async function* (log: Log, after: bigint | undefined): AsyncGenerator<LogEntry> {
  const fromPosition = after === undefined ? START : { commit: after, prepare: after }
  for await (const { event } of log.readAll({ fromPosition })) {
    if (event === undefined || event.type.startsWith('$')) continue
    const entry = recordedEvent(event)
    if (after === undefined || entry.position > after) yield entry
  }
}

/** A copy of what the log has said so far, in memory. A later reading of the log has to begin with the same entries. */
export type LogCopy = {
  /** Reads on to the end of the log and resolves with all entries. */
  readonly readOn: () => Promise<readonly LogEntry[]>
  /** Yields the entries that were read already, then reads on. */
  readonly follow: Follow
  /** Reads the whole log again and names the first entry that differs from the copy; empty if none does. */
  readonly changes: () => Promise<readonly string[]>
}

const describe = (entry: LogEntry | undefined): string =>
  entry === undefined ? 'nothing' : `${entry.stream} revision ${entry.revision} at ${entry.position}`

export const copyLog = (log: Log): LogCopy => {
  const entries: LogEntry[] = []
  const read = async (): Promise<readonly LogEntry[]> => {
    for await (const entry of readFrom(log, entries.at(-1)?.position)) entries.push(entry)
    return entries
  }
  let reading: Promise<unknown> = Promise.resolve()
  // One reading at a time: two at once would both read on from the same position.
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
        else if ((await readOn()).length === index) await pause(pollMilliseconds, signal)
      }
    },
    changes: async () => {
      let index = 0
      for await (const entry of readFrom(log, undefined)) {
        const before = entries[index]
        if (before === undefined) break
        if (describe(entry) !== describe(before))
          return [`the log had ${describe(before)}, but now has ${describe(entry)} there`]
        if (!isDeepStrictEqual(entry, before)) return [`the log has changed the content of ${describe(entry)}`]
        index += 1
      }
      return index < entries.length ? [`the log had ${describe(entries[index])}, but now ends before it`] : []
    },
  }
}
