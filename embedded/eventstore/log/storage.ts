import type { SQLOutputValue, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { openDatabase } from './data-folder.ts'
import { createLatestPage } from './latest-page.ts'
import { damage } from './log-damage.ts'
import type { NewEvent, Page, PageRequest, StoredEvent } from './page.ts'

export type RecentEvent = { readonly id: string; readonly streamId: number; readonly revision: number }

export type Storage = ReturnType<typeof openStorage>

/** Start of the log. Above zero, so that a subscription from position 0, which is exclusive, gets the first event too. */
const firstPosition = 64
/** A page holds at most this many bytes of events (and always one event), whatever limit the reader names. */
const pageBytesMax = 512 * 1024

/** The log on disk: statements only, no caches and no decisions. Errors are SQLite's. */
export const openStorage = (dataDir: string | 'memory', log?: (line: string) => void) => {
  const database = openDatabase(dataDir, log)
  const prepare = (sql: string): StatementSync => database.prepare(sql, { returnArrays: true })
  const findStream = prepare('SELECT stream_id FROM streams WHERE name = ?')
  const insertStream = prepare('INSERT INTO streams (name) VALUES (?)')
  const findLastRevision = prepare('SELECT max(revision) FROM events WHERE stream_id = ?')
  const findEventId = prepare('SELECT event_id FROM events WHERE stream_id = ? AND revision = ?')
  const findPosition = prepare('SELECT position FROM events WHERE stream_id = ? AND revision = ?')
  const findAtPosition = prepare('SELECT 1 FROM events WHERE position = ?')
  const findLast = prepare(`SELECT ${eventColumns} FROM events ORDER BY position DESC LIMIT 1`)
  const findRecent = prepare('SELECT event_id, stream_id, revision FROM events ORDER BY position DESC LIMIT ?')
  const insertEvent = prepare(
    'INSERT INTO events (position, stream_id, revision, event_id, type, response, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const pages = preparePages(prepare)
  const latest = createLatestPage(pageBytesMax)

  return {
    streamId: (name: string): number | undefined => numberOf(findStream.get(name)?.[0]),
    addStream: (name: string): number => Number(insertStream.run(name).lastInsertRowid),
    /** -1 when the stream has no event. */
    lastRevision: (streamId: number): number => numberOf(findLastRevision.get(streamId)?.[0]) ?? -1,
    eventIdAt: (streamId: number, revision: number): string | undefined => {
      const id = findEventId.get(streamId, revision)?.[0]
      return id === undefined ? undefined : String(id)
    },
    positionOf: (streamId: number, revision: number): number | undefined =>
      numberOf(findPosition.get(streamId, revision)?.[0]),
    isPosition: (position: number): boolean => findAtPosition.get(position) !== undefined,
    /** The log's last event and the position after it, where the next event goes. */
    end: (): { readonly position: number; readonly last: Buffer | undefined } => {
      const row = findLast.get()
      if (row === undefined) return { position: firstPosition, last: undefined }
      const last = eventOf(row)
      return { position: after(last), last: last.response }
    },
    /** Newest first. */
    recentEvents: (limit: number): readonly RecentEvent[] =>
      findRecent.all(limit).map((row) => ({ id: String(row[0]), streamId: Number(row[1]), revision: Number(row[2]) })),
    addEvent: (event: NewEvent): void => {
      const { position, streamId, revision, id, type, response } = event
      insertEvent.run(position, streamId, revision, id, type, response, checksumOf(event))
      latest.add(event)
    },
    readPage: (request: PageRequest, limit: number): Page =>
      latest.find(request, limit) ?? collectPage(pages(request), request, limit),
    begin: (): void => database.exec('BEGIN IMMEDIATE'),
    /** Returns after the write-ahead log is synced to disk. */
    commit: (): void => {
      database.exec('COMMIT')
      latest.committed()
    },
    /** Some errors, a full disk among them, make SQLite roll back by itself. */
    rollback: (): void => {
      latest.forget()
      if (database.isTransaction) database.exec('ROLLBACK')
    },
    close: (): void => database.close(),
  }
}

type Row = Record<string, SQLOutputValue>
type Rows = NodeJS.Iterator<Row>

/**
 * `all` reads from a position (backwards: before it), `stream` from a revision, inclusive both ways. Whoever collects the page
 * stops at its limit: SQLite compiles a statement with a bound LIMIT anew each time that it is bound, which costs more than
 * to read a page of the events that were written just now.
 */
const preparePages = (prepare: (sql: string) => StatementSync): ((request: PageRequest) => Rows) => {
  const joined = `SELECT ${eventColumns}, name FROM events JOIN streams USING (stream_id)`
  const bare = `SELECT ${eventColumns} FROM events`
  const all = (select: string) => ({
    forwards: prepare(`${select} WHERE position >= ? ORDER BY position`),
    backwards: prepare(`${select} WHERE position < ? ORDER BY position DESC`),
  })
  const allBare = all(bare)
  const allJoined = all(joined)
  const stream = {
    forwards: prepare(`${bare} WHERE stream_id = ? AND revision >= ? ORDER BY revision`),
    backwards: prepare(`${bare} WHERE stream_id = ? AND revision <= ? ORDER BY revision DESC`),
  }
  return (request) =>
    request.kind === 'stream'
      ? stream[request.direction].iterate(request.streamId, request.from)
      : (request.withStream ? allJoined : allBare)[request.direction].iterate(request.from)
}

const collectPage = (rows: Rows, request: PageRequest, limit: number): Page => {
  const events: StoredEvent[] = []
  let bytes = 0
  for (const row of rows) {
    const event = eventOf(row)
    refuseGap(request, events.at(-1), event)
    events.push(event)
    bytes += event.response.length
    if (bytes >= pageBytesMax || events.length === limit) return { events, more: true }
  }
  return { events, more: false }
}

const eventColumns = 'position, revision, type, response, checksum, stream_id'

/** Throws where the row is not what was once written. */
const eventOf = (row: Row): StoredEvent => {
  const event = {
    position: Number(row[0]),
    revision: Number(row[1]),
    type: String(row[2]),
    stream: row[6] === undefined ? '' : String(row[6]),
    response: bytesOf(row[3]),
  }
  const stored = numberOf(row[4])
  if (stored !== undefined && stored !== checksumOf({ ...event, streamId: Number(row[5]) }))
    throw damage(`the event at position ${event.position} is not the one that was written`)
  return event
}

/** Over all that a reader goes by; the event's stream is part of its response. */
const checksumOf = (event: Omit<NewEvent, 'id' | 'stream'>): number => {
  const place = `${event.position} ${event.streamId} ${event.revision} ${event.type}`
  return crc32(event.response, crc32(place))
}

const after = ({ position, response }: StoredEvent): number => position + response.length

/** Positions grow by the size of the event and revisions by one, so an event that is missing leaves a gap. */
const refuseGap = (request: PageRequest, before: StoredEvent | undefined, event: StoredEvent): void => {
  if (before === undefined) {
    if (request.kind === 'stream' && request.direction === 'forwards' && event.revision !== request.from)
      throw damage(`revision ${request.from} is missing before position ${event.position}`)
    return
  }
  const [older, newer] = request.direction === 'forwards' ? [before, event] : [event, before]
  const follows = request.kind === 'all' ? after(older) === newer.position : older.revision + 1 === newer.revision
  if (!follows) throw damage(`events are missing between positions ${older.position} and ${newer.position}`)
}

const numberOf = (value: SQLOutputValue | undefined): number | undefined => {
  return value === undefined || value === null ? undefined : Number(value)
}

const bytesOf = (value: SQLOutputValue | undefined): Buffer => {
  if (!(value instanceof Uint8Array)) throw new Error('The log holds an event without its bytes.')
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
