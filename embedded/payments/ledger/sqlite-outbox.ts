// Deliveries owed to the webhook. A row lives from the event's own transaction until the delivery was acknowledged or
// given up, so a delivery survives any crash, and may then be made twice.

import type { DatabaseSync } from 'node:sqlite'

export type Delivery = {
  readonly eventId: string
  /** How often it was tried already. */
  readonly attempts: number
}

/** Times are milliseconds since the epoch. */
export type Outbox = {
  readonly due: (at: number, limit: number) => readonly Delivery[]
  readonly nextDueAt: () => number | null
  /** The event as JSON, byte for byte what is sent and signed. */
  readonly bodyOf: (eventId: string) => string
  readonly done: (eventId: string) => void
  readonly postpone: (eventId: string, attempts: number, dueAt: number) => void
}

export const sqliteOutbox = (db: DatabaseSync): Outbox => {
  const selectDue = db.prepare('SELECT event, attempts FROM deliveries WHERE due_at <= ? ORDER BY due_at, rowid')
  const selectBody = db.prepare('SELECT body FROM objects WHERE id = ?')
  const selectNext = db.prepare('SELECT min(due_at) AS due_at FROM deliveries')
  const remove = db.prepare('DELETE FROM deliveries WHERE event = ?')
  const update = db.prepare('UPDATE deliveries SET attempts = ?, due_at = ? WHERE event = ?')
  return {
    due: (at, limit) => {
      const deliveries: Delivery[] = []
      // Stopped here: SQLite compiles a statement with a bound LIMIT anew each time.
      for (const row of selectDue.iterate(at)) {
        deliveries.push({ eventId: String(row.event), attempts: Number(row.attempts) })
        if (deliveries.length === limit) break
      }
      return deliveries
    },
    bodyOf: (eventId) => String(selectBody.get(eventId)?.body),
    nextDueAt: () => {
      const dueAt = selectNext.get()?.due_at
      return typeof dueAt === 'number' ? dueAt : null
    },
    done: (eventId) => {
      remove.run(eventId)
    },
    postpone: (eventId, attempts, dueAt) => {
      update.run(attempts, dueAt, eventId)
    },
  }
}
