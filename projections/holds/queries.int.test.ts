import { afterAll, beforeAll, expect, test } from 'vitest'
import { levels, otherReservationId, recorded, reservationId } from '../testing/events.ts'
import { createReadDatabase, type TestReadDatabase } from '../testing/read-database.ts'
import { holdsProjection } from './apply.ts'
import { holdsInShortfall, holdsOfReservation, stocksWithDueHolds } from './queries.ts'

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

test('a stock has due holds from their expiry on, and comes once; commitments are never due', async () => {
  expect(await stocksWithDueHolds(read.db, 799, 10)).toEqual([])
  expect(await stocksWithDueHolds(read.db, 900, 10)).toEqual([{ sku: 'MUG-1', location: 'MAIN' }])
})

test('a stock with many due holds does not hide another', async () => {
  const other = await createReadDatabase()
  const holds = Array.from({ length: 300 }, (_, index) => ({
    stream: 'stock-HOT@MAIN',
    reservationId,
    line: index,
    expiresAt: 100,
  }))
  const all = [...holds, { stream: 'stock-COLD@MAIN', reservationId, line: 0, expiresAt: 200 }]
  await other.project(
    holdsProjection,
    all.map(({ stream, ...hold }, index) =>
      recorded({ stream, revision: index, position: BigInt(index + 1) }, 'StockReserved', {
        ...hold,
        quantity: 1,
        ...levels(999, 1),
      }),
    ),
  )
  const skus = async (limit: number) => (await stocksWithDueHolds(other.db, 900, limit)).map(({ sku }) => sku)
  expect(await skus(2)).toEqual(['HOT', 'COLD'])
  expect(await skus(1)).toEqual(['HOT'])
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
