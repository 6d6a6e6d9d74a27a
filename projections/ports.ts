import type { RecordedEvent } from '#domain/events.ts'
import type { EventsByCategory } from './events.ts'

// What a read model is made of, and what the projector asks of the place where its rows live.

/** Something in the log that this release cannot read; its stream waits until one can. */
export type UndecodableEntry = {
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly storedType: string
  readonly problem: string
}

/** One entry of the log, in the log's order. */
export type LogEntry = RecordedEvent | UndecodableEntry

/** What a subscription hands out at once. Everything up to `position` is in it, was before it, or was filtered away. */
export type LogBatch = { readonly entries: readonly LogEntry[]; readonly position: bigint | undefined }

/** `bigint` columns hold safe integers: levels, amounts, revisions and instants in milliseconds. */
export type ColumnType = 'text' | 'uuid' | 'integer' | 'bigint' | 'boolean' | 'jsonb'

/**
 * A table, or the columns of one that change together. `position` of a row is the projector's own bookkeeping, kept in
 * `positionColumn`; a row that has none there does not exist. `name` is its own among all tables, also of those that share a
 * relation: rows in memory and the server's prepared statements go by it.
 */
export type AnyTable = {
  readonly name: string
  readonly relation: string
  readonly positionColumn: string
  readonly key: readonly string[]
  readonly columns: Readonly<Record<string, ColumnType>>
}

export type Table<Row extends RowValues> = AnyTable & {
  readonly key: ReadonlyArray<keyof Row & string>
  readonly columns: { readonly [Column in keyof Row & string]: ColumnType }
}

/** The values of a row's key, in the order of the table's `key`. */
export type Key = ReadonlyArray<string | number>
export type RowKey = { readonly table: AnyTable; readonly key: Key }
export type RowValues = Readonly<Record<string, unknown>>
export type RowWrite = RowKey & { readonly values: RowValues }
export type StoredRow = RowWrite & { readonly position: bigint }

/** The rows that an event may look at: those that `keysOf` named, as they stand after the event before it. */
export type Rows = { readonly get: <Row extends RowValues>(table: Table<Row>, key: Key) => Row | undefined }

/** How a read model takes the events of one category. Both are pure: the same event and rows, the same writes. */
export type Handler<Event extends EventsByCategory[keyof EventsByCategory]> = {
  readonly keysOf: (event: RecordedEvent<Event>) => readonly RowKey[]
  readonly apply: (event: RecordedEvent<Event>, rows: Rows) => readonly RowWrite[]
}

export type Projection = {
  readonly name: string
  readonly tables: readonly AnyTable[]
  readonly on: { readonly [Category in keyof EventsByCategory]?: Handler<EventsByCategory[Category]> }
}

/** A stream that waits: from the event at `revision`, which could not be taken, to `lastRevision`, the last one seen. */
export type ParkedStream = {
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly problem: string
  readonly lastRevision: number
}

/**
 * How far a projection is. `version` counts its commits: a commit that names another than the stored one is refused.
 * `stopped` says why it takes no more events.
 */
export type Head = {
  readonly version: number
  readonly position: bigint | undefined
  readonly stopped: string | undefined
  readonly parked: ReadonlyMap<string, ParkedStream>
}

export type Commit = {
  readonly projection: string
  readonly expectedVersion: number
  readonly position: bigint | undefined
  readonly stopped: string | undefined
  readonly rows: readonly StoredRow[]
  readonly parked: readonly ParkedStream[]
  readonly resumed: readonly string[]
}

/**
 * Where rows and checkpoints live. `load` reads the head before the rows, so that a commit by another in between makes
 * the next one here refused, never wrong. `commit` writes rows and checkpoint together or not at all.
 */
export type ProjectionStore = {
  readonly load: (
    projection: string,
    keys: readonly RowKey[],
  ) => Promise<{ readonly head: Head; readonly rows: readonly StoredRow[] }>
  readonly commit: (commit: Commit) => Promise<'committed' | 'refused'>
}
