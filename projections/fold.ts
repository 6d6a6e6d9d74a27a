import { categoryOf } from '#domain/streams.ts'
import { isOrderEvent, isProductEvent, isProviderEvent, isStockEvent } from './events.ts'
import type { Head, LogEntry, ParkedStream, Projection, RowKey, Rows, RowWrite, StoredRow } from './ports.ts'
import { draftRows } from './rows.ts'

// Folds entries of the log into rows, in memory and synchronously. What cannot be taken parks its stream: its later
// events wait behind it, for a row built without one of its events would be wrong and look right.

/** More parked streams than this are no longer poison events but a defect: the projection stops, visibly. */
export const parkedStreamsMax = 100

const problemLengthMax = 500

type Taken = { readonly keysOf: () => readonly RowKey[]; readonly apply: (rows: Rows) => readonly RowWrite[] }

const isUndecodableEntry = (entry: LogEntry) => 'problem' in entry

/** How a projection takes an entry; undefined where it passes over it. */
const taking = ({ on }: Projection, entry: LogEntry): Taken | undefined => {
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

const handled = <Event>(handler: Handling<Event> | undefined, event: Event): Taken | undefined =>
  handler && { keysOf: () => handler.keysOf(event), apply: (rows) => handler.apply(event, rows) }

/** Whether a projection takes events of the stream, readable or not. */
export const concerns = (projection: Projection, entry: LogEntry): boolean =>
  Object.hasOwn(projection.on, categoryOf(entry.stream))

/** The rows that the entries may look at. An entry whose keys cannot be told is parked when it is folded. */
export const keysOfEntries = (projection: Projection, entries: readonly LogEntry[]): readonly RowKey[] =>
  entries.flatMap((entry) => {
    try {
      return taking(projection, entry)?.keysOf() ?? []
    } catch {
      return []
    }
  })

export type Folded = {
  readonly position: bigint | undefined
  readonly stopped: string | undefined
  readonly rows: readonly StoredRow[]
  /** Streams that were parked or have another event waiting. */
  readonly parked: readonly ParkedStream[]
}

type Batch = {
  readonly projection: Projection
  readonly head: Head
  readonly entries: readonly LogEntry[]
  readonly keys: readonly RowKey[]
  readonly stored: readonly StoredRow[]
}

/** Entries at or before the head's position are done already and change nothing. */
export const foldBatch = ({ projection, head, entries, keys, stored }: Batch): Folded => {
  const rows = draftRows(keys, stored)
  const waiting = new Map(head.parked)
  const parked = new Map<string, ParkedStream>()
  let position = head.position
  for (const entry of entries) {
    if (position !== undefined && entry.position <= position) continue
    const behind = waiting.get(entry.stream)
    const problem = behind || !concerns(projection, entry) ? undefined : takeEntry(projection, entry, rows)
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

/** Why an entry could not be taken, or undefined when it was. */
const takeEntry = (projection: Projection, entry: LogEntry, rows: ReturnType<typeof draftRows>): string | undefined => {
  if (isUndecodableEntry(entry)) return entry.problem.slice(0, problemLengthMax)
  try {
    const writes = taking(projection, entry)?.apply(rows)
    if (writes) rows.write(writes, entry.position)
    return undefined
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return `${entry.type}: ${text}`.slice(0, problemLengthMax)
  }
}

export type Resumption =
  | { readonly outcome: 'taken'; readonly rows: readonly StoredRow[] }
  | { readonly outcome: 'still_parked'; readonly rows: readonly StoredRow[]; readonly parked: ParkedStream }

type Waiting = Omit<Batch, 'head'> & { readonly waiting: ParkedStream }

/** Takes the events that a parked stream has waiting, in order; the first that fails again stays parked with the rest. */
export const foldResumed = ({ projection, waiting, entries, keys, stored }: Waiting): Resumption => {
  const rows = draftRows(keys, stored)
  for (const entry of entries) {
    const problem = takeEntry(projection, entry, rows)
    if (problem === undefined) continue
    const parked = { ...parkedAt(entry, problem), lastRevision: waiting.lastRevision }
    return { outcome: 'still_parked', rows: rows.written(), parked }
  }
  return { outcome: 'taken', rows: rows.written() }
}
