import type { RecordedEvent } from '#domain/events.ts'
import type { EventsByCategory } from './events.ts'

// The parts of a read model, and the port through which the projector loads and commits its rows.

/** An entry of the log that this release cannot decode. Its stream waits until a release can. */
export type UndecodableEntry = {
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly storedType: string
  readonly problem: string
}

/** One entry of the log. */
export type LogEntry = RecordedEvent | UndecodableEntry

/** What a subscription delivers at once. All entries up to `position` are in it, came before it, or were filtered out. */
export type LogBatch = { readonly entries: readonly LogEntry[]; readonly position: bigint | undefined }

/** `bigint` columns hold safe integers: levels, amounts, revisions and instants in milliseconds. */
type ColumnType = 'text' | 'uuid' | 'integer' | 'bigint' | 'boolean' | 'jsonb'

/**
 * A table, or the columns of a relation that change together. `positionColumn` holds the log position of the row's last
 * event; a row without a position does not exist. `name` is unique among all tables, even those that share a relation: rows
 * in memory and prepared statements are found by it.
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

/** The rows that an event may read: those that `keysOf` named, after the event before it. */
export type Rows = { readonly get: <Row extends RowValues>(table: Table<Row>, key: Key) => Row | undefined }

/**
 * How a read model applies the events of one category. Both functions are pure: the same event and rows give the same
 * writes.
 */
type Handler<Event extends EventsByCategory[keyof EventsByCategory]> = {
  readonly keysOf: (event: RecordedEvent<Event>) => readonly RowKey[]
  readonly apply: (event: RecordedEvent<Event>, rows: Rows) => readonly RowWrite[]
}

export type Projection = {
  readonly name: string
  readonly tables: readonly AnyTable[]
  readonly on: { readonly [Category in keyof EventsByCategory]?: Handler<EventsByCategory[Category]> }
}

/** A stream that waits from the event at `revision`, which could not be applied, to `lastRevision`, the last one seen. */
export type ParkedStream = {
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly problem: string
  readonly lastRevision: number
}

/**
 * How far a projection has come. `version` counts its commits: a commit that expects another version than the stored one is
 * refused. `stopped` says why the projection applies no more events.
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
 * Where rows and checkpoints are stored. `load` reads the head before the rows, so if another process commits in between,
 * the next commit here is refused, never wrong. `commit` writes rows and checkpoint in one transaction.
 */
export type ProjectionStore = {
  readonly load: (
    projection: string,
    keys: readonly RowKey[],
  ) => Promise<{ readonly head: Head; readonly rows: readonly StoredRow[] }>
  readonly commit: (commit: Commit) => Promise<'committed' | 'refused'>
}
