// The ledger's statements. Objects are kept whole as JSON beside the few columns that lists filter by; this file alone
// writes them, so their shape is trusted when they are read.

import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { answerKeptMilliseconds, type StoredAnswer } from './idempotency.ts'
import type { Kept, Kind, Ledger, ListFilter, Page } from './ledger.ts'

type Row = { readonly [column: string]: unknown }

/** When an event that happened at `at` is to be delivered, or null for never; milliseconds since the epoch. */
export type DeliverAt = (at: number, type: string) => number | null

const parsed = <K extends Kind>(row: Row): Kept[K] => JSON.parse(String(row.body))

export const sqliteLedger = (db: DatabaseSync, deliverAt: DeliverAt | null): Ledger => {
  const findObject = db.prepare('SELECT body FROM objects WHERE id = ? AND kind = ?')
  const saveObject = db.prepare(
    `INSERT INTO objects (id, kind, created, intent, charge, type, body) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
  )
  const oweDelivery = db.prepare('INSERT INTO deliveries (event, attempts, due_at) VALUES (?, 0, ?)')
  const findAnswer = db.prepare('SELECT endpoint, fingerprint, request_id, status, body, at FROM answers WHERE key = ?')
  const saveAnswer = db.prepare(
    `INSERT OR REPLACE INTO answers (key, endpoint, fingerprint, request_id, status, body, at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  // Each new answer takes the oldest expired ones with it, so that the table stays bounded without a timer.
  const forgetAnswers = db.prepare(
    'DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE at <= ? ORDER BY at LIMIT 2)',
  )

  return {
    find: (kind, id) => {
      const row = findObject.get(id, kind)
      return row && parsed(row)
    },
    list: (kind, filter) => listObjects(db, kind, filter),
    saveIntent: (intent) => {
      saveObject.run(intent.id, 'payment_intent', intent.createdAt, null, null, null, JSON.stringify(intent))
    },
    saveCharge: (charge) => {
      saveObject.run(charge.id, 'charge', charge.createdAt, charge.intentId, null, null, JSON.stringify(charge))
    },
    saveRefund: (refund) => {
      const { id, createdAt, intentId, chargeId } = refund
      saveObject.run(id, 'refund', createdAt, intentId, chargeId, null, JSON.stringify(refund))
    },
    saveDispute: (dispute) => {
      const { id, createdAt, intentId, chargeId } = dispute
      saveObject.run(id, 'dispute', createdAt, intentId, chargeId, null, JSON.stringify(dispute))
    },
    appendEvent: (event, at) => {
      saveObject.run(event.id, 'event', event.created, null, null, event.type, JSON.stringify(event))
      const dueAt = deliverAt === null ? null : deliverAt(at, event.type)
      if (dueAt !== null) oweDelivery.run(event.id, dueAt)
    },
    findAnswer: (key) => {
      const row = findAnswer.get(key)
      return row && storedAnswer(row)
    },
    saveAnswer: (key, { endpoint, fingerprint, requestId, status, body, at }) => {
      forgetAnswers.run(at - answerKeptMilliseconds)
      saveAnswer.run(key, endpoint, fingerprint, requestId, status, body, at)
    },
    clear: () => db.exec('DELETE FROM objects; DELETE FROM deliveries; DELETE FROM answers;'),
  }
}

const storedAnswer = (row: Row): StoredAnswer => ({
  endpoint: String(row.endpoint),
  fingerprint: String(row.fingerprint),
  requestId: String(row.request_id),
  status: Number(row.status),
  body: String(row.body),
  at: Number(row.at),
})

/** Walks from the newest, or with `endingBefore` from that object towards newer ones; the page is newest first. */
const listObjects = <K extends Kind>(db: DatabaseSync, kind: K, filter: ListFilter): Page<Kept[K]> => {
  const conditions: ReadonlyArray<readonly [sql: string, value: SQLInputValue | undefined]> = [
    ['kind = ?', kind],
    ['seq < (SELECT seq FROM objects WHERE id = ?)', filter.startingAfter],
    ['seq > (SELECT seq FROM objects WHERE id = ?)', filter.endingBefore],
    ['created >= ?', filter.createdFrom],
    ['created <= ?', filter.createdTo],
    ['intent = ?', filter.intent],
    ['charge = ?', filter.charge],
    ['type = ?', filter.type],
  ]
  const where: string[] = []
  const values: SQLInputValue[] = []
  for (const [sql, value] of conditions) {
    if (value === undefined) continue
    where.push(sql)
    values.push(value)
  }
  const backwards = filter.endingBefore !== undefined
  const order = backwards ? 'ASC' : 'DESC'
  const sql = `SELECT body FROM objects WHERE ${where.join(' AND ')} ORDER BY seq ${order} LIMIT ?`
  const rows = db.prepare(sql).all(...values, filter.limit + 1)
  const items = rows.slice(0, filter.limit).map((row) => parsed<K>(row))
  return { items: backwards ? items.reverse() : items, hasMore: rows.length > filter.limit }
}
