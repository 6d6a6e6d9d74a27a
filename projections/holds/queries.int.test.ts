import { afterAll, beforeAll, expect, test } from 'vitest'
import { levels, otherReservationId, recorded, reservationId } from '../testing/events.ts'
import { createReadDatabase, type TestReadDatabase } from '../testing/read-database.ts'
import { holdsProjection } from './apply.ts'
import { dueHolds, holdsInShortfall, holdsOfReservation } from './queries.ts'

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
  const stream = 'stock-MUG-1@MAIN'
  const at = (revision: number) => ({ stream, revision, position: BigInt(revision) })
  const hold = (id: string, line: number, expiresAt: number) => ({ reservationId: id, line, quantity: 1, expiresAt })
  const step = (id: string, line: number) => ({ reservationId: id, line, quantity: 1, cause: null })
  await read.project(holdsProjection, [
    recorded(at(1), 'StockReserved', { ...hold(reservationId, 1, 900), ...levels(9, 1) }),
    recorded(at(2), 'StockReserved', { ...hold(reservationId, 0, 800), ...levels(9, 2) }),
    recorded(at(3), 'StockReserved', { ...hold(otherReservationId, 0, 700), ...levels(9, 3) }),
    recorded(at(4), 'ReservationCommitted', { ...step(otherReservationId, 0), ...levels(9, 2, 1) }),
    recorded(at(5), 'StockReserved', { ...hold(otherReservationId, 1, 700), ...levels(9, 3, 1) }),
    recorded(at(6), 'ReservationCommitted', { ...step(otherReservationId, 1), ...levels(9, 2, 2) }),
    recorded(at(7), 'StockShortfallFound', {
      quantity: 2,
      ...levels(0, 0, 2),
      reservations: [
        { reservationId: otherReservationId, line: 0 },
        { reservationId: otherReservationId, line: 1 },
      ],
    }),
  ])
})
afterAll(() => read.db.destroy())

test('holds are due from their expiry on, the longest due first; commitments are never due', async () => {
  expect(await dueHolds(read.db, 799, 10)).toEqual([])
  expect((await dueHolds(read.db, 900, 10)).map(({ expires_at }) => expires_at)).toEqual([800, 900])
  expect(await dueHolds(read.db, 900, 1)).toMatchObject([{ line: 0, first_expires_at: 800 }])
})

test('the holds of a reservation come by line', async () => {
  expect((await holdsOfReservation(read.db, reservationId)).map(({ line, status }) => [line, status])).toEqual([
    [0, 'held'],
    [1, 'held'],
  ])
})

test('commitments in a shortfall come page by page', async () => {
  const [one, ...none] = await holdsInShortfall(read.db, { limit: 1 })
  expect([one, none]).toMatchObject([{ reservation_id: otherReservationId, line: 0, shortfall_at: 7 }, []])
  const rest = await holdsInShortfall(read.db, { limit: 10, ...(one ? { after: one } : {}) })
  expect(rest).toMatchObject([{ line: 1 }])
})
