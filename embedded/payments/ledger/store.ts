// The durable ledger: one SQLite file in WAL mode with full sync, or one in memory. Goal: no answer leaves before what it
// says is on disk, at thousands of calls a second. Method: a group of calls runs in one transaction, one call after the other.
// The commit syncs once, and then all calls are answered. If one throws, all are rolled back and run again, each in its own
// savepoint, so that only the failed one is rolled back. Savepoints for every group would cost more.

import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createGroupCommit } from '../../group-commit.ts'
import type { Ledger } from './ledger.ts'
import { type DeliverAt, sqliteLedger } from './sqlite-ledger.ts'
import { type Outbox, sqliteOutbox } from './sqlite-outbox.ts'

const commitCallsMax = 512
/** Turns of the event loop that a commit waits for further calls. */
const commitTurnsMax = 8
/** How long deferred work waits for a commit that it can be part of. */
const deferMilliseconds = 50
/** Answers hold whole objects, so a page of SQLite's default size holds one or two, and each costs two writes. */
const pageBytes = 16_384
const cacheKib = 32 * 1_024
/** Pages of the write-ahead log between checkpoints, 16 MB: each writes a page once that changed many times. */
const checkpointPages = 1_000

export type Store = {
  /** Runs the work and resolves once its writes are on disk; rejects with what it threw, its writes undone. */
  readonly commit: <T>(work: (ledger: Ledger, outbox: Outbox) => T) => Promise<T>
  /** The same, with the next commit or a moment later. For work that can be repeated after a crash: it needs no sync of its own. */
  readonly commitLater: <T>(work: (ledger: Ledger, outbox: Outbox) => T) => Promise<T>
  readonly outbox: Pick<Outbox, 'due' | 'nextDueAt' | 'bodyOf'>
  readonly close: () => void
}

const schema = `
  CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
    intent TEXT, charge TEXT, type TEXT, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
  CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (intent, kind) WHERE intent IS NOT NULL;
  CREATE TABLE IF NOT EXISTS deliveries (
    event TEXT PRIMARY KEY, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS deliveries_by_due ON deliveries (due_at);
  CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, endpoint TEXT NOT NULL, fingerprint TEXT NOT NULL, request_id TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS answers_by_at ON answers (at);
`

const openDatabase = (dataDir: string): DatabaseSync => {
  if (dataDir === 'memory') return new DatabaseSync(':memory:')
  mkdirSync(dataDir, { recursive: true })
  const db = new DatabaseSync(path.join(dataDir, 'payments.sqlite'))
  try {
    // The lock is held until the file is closed: a second simulator on the same folder must not start.
    db.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA cache_size = -${cacheKib}`)
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
    db.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    db.close()
    throw new Error(`The payment ledger in ${dataDir} is in use: one simulator a data folder.`, { cause: error })
  }
  return db
}

/** `dataDir` is a folder or 'memory'; `deliverAt` is null if there is no webhook. */
export const openStore = (dataDir: string, deliverAt: DeliverAt | null): Store => {
  const db = openDatabase(dataDir)
  db.exec(schema)
  const ledger = sqliteLedger(db, deliverAt)
  const outbox = sqliteOutbox(db)
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const savepoint = db.prepare('SAVEPOINT call')
  const release = db.prepare('RELEASE call')
  const undo = db.prepare('ROLLBACK TO call')
  const queue: Queued[] = []
  let deferred: NodeJS.Timeout | undefined
  let closed = false

  const alone = ({ work, reject }: Queued): (() => void) => {
    savepoint.run()
    try {
      const settle = work()
      release.run()
      return settle
    } catch (error) {
      undo.run()
      release.run()
      return () => reject(error)
    }
  }

  const transaction = (batch: readonly Queued[], run: (queued: Queued) => () => void): ReadonlyArray<() => void> => {
    try {
      begin.run()
      const settles = batch.map(run)
      commit.run()
      return settles
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  const settlesOf = (batch: readonly Queued[]): ReadonlyArray<() => void> => {
    try {
      return transaction(batch, ({ work }) => work())
    } catch {
      return transaction(batch, alone)
    }
  }

  const flush = (): void => {
    clearTimeout(deferred)
    deferred = undefined
    const batch = queue.splice(0, commitCallsMax)
    if (queue.length > 0) flushSoon()
    if (batch.length === 0) return
    let settles: ReadonlyArray<() => void>
    try {
      settles = settlesOf(batch)
    } catch (error) {
      for (const { reject } of batch) reject(error)
      return
    }
    for (const settle of settles) settle()
  }

  const flushSoon = createGroupCommit({
    queued: () => queue.length,
    isFull: () => queue.length >= commitCallsMax,
    turnsMax: commitTurnsMax,
    commit: flush,
  })

  const enqueue: Store['commit'] = (work) =>
    new Promise((resolve, reject) => {
      if (closed) throw new Error('The payment ledger is closed.')
      queue.push({
        work: () => {
          const value = work(ledger, outbox)
          return () => resolve(value)
        },
        reject,
      })
    })

  return {
    commit: (work) => {
      const committed = enqueue(work)
      flushSoon()
      return committed
    },
    commitLater: (work) => {
      deferred ??= setTimeout(flushSoon, deferMilliseconds)
      return enqueue(work)
    },
    outbox,
    close: () => {
      closed = true
      clearTimeout(deferred)
      while (queue.length > 0) flush()
      db.close()
    },
  }
}

type Queued = { readonly work: () => () => void; readonly reject: (error: unknown) => void }
