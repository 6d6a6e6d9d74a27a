// Opens the SQLite file that holds a node's log, or refuses with one line that a person can act on; what it refuses it leaves as it is. SQLite's exclusive lock is
// the lock of the data folder: the system drops it when the process dies, however it dies. WAL with synchronous=FULL syncs once
// for each commit.

import { existsSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { asError, errorText } from '#domain/error-text.ts'
import { inspectWal } from './wal-file.ts'

const applicationId = 0x484f4c44
/** Format 1 kept no checksums: its events are served as they are. */
const fileFormat = 2
const cacheKib = 32 * 1024
// Pages twice SQLite's default, and a rarer checkpoint, make a commit of many events a quarter faster.
const pageBytes = 8_192
const checkpointPages = 2_000
const walBytesKept = 64 * 1024 * 1024
/** Up to here the whole file is checked at the start, in about a second; beyond, reads alone find damage. */
const checkedBytesMax = 256 * 1024 * 1024

// `position` is the byte offset the record would have in one file, so that it grows by the record's size. `streams` numbers the
// names so that an event and its index entry hold a small integer.
const tables = `
  CREATE TABLE streams (stream_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    response BLOB NOT NULL,
    checksum INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream_id, revision);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${fileFormat};
`

/** Opens or creates the log in a folder, or in memory. Throws an Error whose message is one clear line. */
export const openDatabase = (dataDir: string | 'memory', log: (line: string) => void = () => {}): DatabaseSync => {
  if (dataDir === 'memory') {
    const database = new DatabaseSync(':memory:')
    database.exec(tables)
    return database
  }
  const file = path.join(dataDir, 'events.db')
  let database: DatabaseSync | undefined
  try {
    mkdirSync(dataDir, { recursive: true })
    // Before SQLite opens it: closing folds into the file what checks out, and deletes the rest.
    const wal = inspectWal(`${file}-wal`)
    if (wal.kind === 'damaged') {
      refuseIfInUse(file)
      throw damagedFile(`${file}-wal`)
    }
    database = new DatabaseSync(file)
    prepare(database, dataDir)
    if (wal.kind === 'recoverable' && wal.bytesUnfinished > 0)
      log(`${file}: discarded ${wal.bytesUnfinished} bytes of an unfinished write`)
    refuseDamage(database, file)
    return database
  } catch (error) {
    database?.close()
    throw explained(error, dataDir)
  }
}

/** A node at work writes to its log while we look at it. Opened for reading alone, as that changes no file. */
const refuseIfInUse = (file: string): void => {
  if (!existsSync(file)) return
  const probe = new DatabaseSync(file, { readOnly: true })
  try {
    probe.prepare('SELECT 1 FROM sqlite_schema').get()
  } finally {
    probe.close()
  }
}

/** Damage of an index could hide events, which no read would tell. */
const refuseDamage = (database: DatabaseSync, file: string): void => {
  if (statSync(file).size > checkedBytesMax) return
  const found = database.prepare('PRAGMA integrity_check(1)').get()?.integrity_check
  if (found !== 'ok') throw damagedFile(file)
}

const damagedFile = (file: string): Error => {
  return new Error(
    `${file} is damaged or not a log of this event store; restore it from a backup or choose another folder.`,
  )
}

const prepare = (database: DatabaseSync, dataDir: string): void => {
  database.exec(`
    PRAGMA page_size = ${pageBytes};
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -${cacheKib};
    PRAGMA wal_autocheckpoint = ${checkpointPages};
    PRAGMA journal_size_limit = ${walBytesKept};
  `)
  const format = readPragma(database, 'user_version')
  const isEmpty = readPragma(database, 'schema_version') === 0
  if (!isEmpty && readPragma(database, 'application_id') !== applicationId) {
    throw new Error(`${path.join(dataDir, 'events.db')} is not a log of this event store; choose another data folder.`)
  }
  if (format > fileFormat) {
    throw new Error(
      `The data folder ${dataDir} has format ${format}, written by a newer version; this one reads up to format ${fileFormat}. Start the newer version.`,
    )
  }
  if (format === 1) database.exec(`ALTER TABLE events ADD COLUMN checksum INTEGER; PRAGMA user_version = ${fileFormat}`)
  // The write that takes the lock at once, also when there is nothing to create.
  database.exec(isEmpty ? `BEGIN EXCLUSIVE; ${tables} COMMIT;` : `BEGIN EXCLUSIVE; COMMIT;`)
}

const readPragma = (database: DatabaseSync, name: 'user_version' | 'application_id' | 'schema_version'): number => {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}

const sqliteBusy = 5
const sqliteCorrupt = 11
const sqliteFull = 13
const sqliteNotadb = 26

/** SQLite's primary result code, undefined for any other error. */
const sqliteCode = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

export const isDiskFull = (error: unknown): boolean => {
  return sqliteCode(error) === sqliteFull
}

const explained = (error: unknown, dataDir: string): Error => {
  const file = path.join(dataDir, 'events.db')
  switch (sqliteCode(error)) {
    case sqliteBusy:
      return new Error(
        `The data folder ${dataDir} is in use by another event store node; stop it or choose another folder.`,
      )
    case sqliteCorrupt:
    case sqliteNotadb:
      return damagedFile(file)
    case sqliteFull:
      return new Error(`The disk of the data folder ${dataDir} is full; free some space.`)
    case undefined:
      return asError(error)
    default:
      return new Error(`Cannot open ${file}: ${errorText(error)}.`)
  }
}
