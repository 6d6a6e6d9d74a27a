import { errorText } from '#domain/error-text.ts'
import { categoryOf } from '#domain/streams.ts'
import { isOrderEvent, isProductEvent, isProviderEvent, isStockEvent } from './events.ts'
import type { Head, LogEntry, ParkedStream, Projection, RowKey, Rows, RowWrite, StoredRow } from './ports.ts'
import { draftRows } from './rows.ts'

// Folds entries of the log into rows, in memory and synchronously. An event that cannot be applied parks its stream: later
// events of the stream wait behind it, because a row that misses one of its events is wrong and looks right.

/** More parked streams than this are not single poison events but a defect: the projection stops, visibly. */
export const parkedStreamsMax = 100

const problemLengthMax = 500

type EntryHandler = { readonly keysOf: () => readonly RowKey[]; readonly apply: (rows: Rows) => readonly RowWrite[] }

const isUndecodableEntry = (entry: LogEntry) => 'problem' in entry

/** How a projection applies an entry; undefined if it skips it. */
const handlerOf = ({ on }: Projection, entry: LogEntry): EntryHandler | undefined => {
  if (isUndecodableEntry(entry)) return undefined
  if (isProductEvent(entry)) return handled(on.product, entry)
  if (isStockEvent(entry)) return handled(on.stock, entry)
  if (isOrderEvent(entry)) return handled(on.order, entry)
  if (isProviderEvent(entry)) return handled(on.provider, entry)
  return undefined
}

type Handling<Event> = {
  readonly keysOf: (event: Event) => readonly RowKey[]
  readonly apply: (event: Event, rows: Rows) => readonly RowWrite[]
}

const handled = <Event>(handler: Handling<Event> | undefined, event: Event): EntryHandler | undefined =>
  handler && { keysOf: () => handler.keysOf(event), apply: (rows) => handler.apply(event, rows) }

/** Whether a projection handles the entry's category, even if the entry cannot be decoded. */
export const concerns = (projection: Projection, entry: LogEntry): boolean =>
  Object.hasOwn(projection.on, categoryOf(entry.stream))

/** The rows that the entries may read. An entry whose `keysOf` throws is parked when it is folded. */
export const keysOfEntries = (projection: Projection, entries: readonly LogEntry[]): readonly RowKey[] =>
  entries.flatMap((entry) => {
    try {
      return handlerOf(projection, entry)?.keysOf() ?? []
    } catch {
      return []
    }
  })

export type Folded = {
  readonly position: bigint | undefined
  readonly stopped: string | undefined
  readonly rows: readonly StoredRow[]
  /** Streams that were parked by this batch, or that have another event waiting since. */
  readonly parked: readonly ParkedStream[]
}

type Batch = {
  readonly projection: Projection
  readonly head: Head
  readonly entries: readonly LogEntry[]
  readonly keys: readonly RowKey[]
  readonly stored: readonly StoredRow[]
}

/** Entries at or before the head's position are applied already and change nothing. */
export const foldBatch = ({ projection, head, entries, keys, stored }: Batch): Folded => {
  const rows = draftRows(keys, stored)
  const waiting = new Map(head.parked)
  const parked = new Map<string, ParkedStream>()
  let position = head.position
  for (const entry of entries) {
    if (position !== undefined && entry.position <= position) continue
    const behind = waiting.get(entry.stream)
    const problem = behind || !concerns(projection, entry) ? undefined : applyEntry(projection, entry, rows)
    if (problem !== undefined && waiting.size >= parkedStreamsMax)
      return { position, stopped: stoppedBy(problem), rows: rows.written(), parked: [...parked.values()] }
    const now = behind ? { ...behind, lastRevision: entry.revision } : problem && parkedAt(entry, problem)
    if (now) {
      waiting.set(entry.stream, now)
      parked.set(entry.stream, now)
    }
    position = entry.position
  }
  return { position, stopped: head.stopped, rows: rows.written(), parked: [...parked.values()] }
}

const stoppedBy = (problem: string): string => `more than ${parkedStreamsMax} parked streams; the last: ${problem}`

const parkedAt = ({ stream, revision, position }: LogEntry, problem: string): ParkedStream => ({
  stream,
  revision,
  position,
  problem,
  lastRevision: revision,
})

/** Applies an entry. Answers why that failed, or undefined if it succeeded. */
const applyEntry = (
  projection: Projection,
  entry: LogEntry,
  rows: ReturnType<typeof draftRows>,
): string | undefined => {
  if (isUndecodableEntry(entry)) return entry.problem.slice(0, problemLengthMax)
  try {
    const writes = handlerOf(projection, entry)?.apply(rows)
    if (writes) rows.write(writes, entry.position)
    return undefined
  } catch (error) {
    return `${entry.type}: ${errorText(error)}`.slice(0, problemLengthMax)
  }
}

export type Resumption =
  | { readonly outcome: 'applied'; readonly rows: readonly StoredRow[] }
  | { readonly outcome: 'still_parked'; readonly rows: readonly StoredRow[]; readonly parked: ParkedStream }

type Waiting = Omit<Batch, 'head'> & { readonly waiting: ParkedStream }

/** Applies the waiting events of a parked stream in order. If one fails again, it stays parked with the rest. */
export const foldResumed = ({ projection, waiting, entries, keys, stored }: Waiting): Resumption => {
  const rows = draftRows(keys, stored)
  for (const entry of entries) {
    const problem = applyEntry(projection, entry, rows)
    if (problem === undefined) continue
    const parked = { ...parkedAt(entry, problem), lastRevision: waiting.lastRevision }
    return { outcome: 'still_parked', rows: rows.written(), parked }
  }
  return { outcome: 'applied', rows: rows.written() }
}
