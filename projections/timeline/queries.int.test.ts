import { afterAll, beforeAll, expect, test } from 'vitest'
import { levels, recorded, reservationId } from '../testing/events.ts'
import { orderId, orderLife } from '../testing/order-events.ts'
import { createReadDatabase, type TestReadDatabase } from '../testing/read-database.ts'
import { timelineProjection } from './apply.ts'
import { timelineSoFar } from './queries.ts'

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
})
afterAll(() => read.db.destroy())

test('the events of an order and its reservation come in the order of the log, page by page, each once', async () => {
  const held = recorded({ stream: 'stock-MUG-1@MAIN', revision: 0, position: 50n }, 'StockReserved', {
    reservationId,
    line: 0,
    quantity: 2,
    expiresAt: 10_000,
    ...levels(10, 2),
  })
  const entries = [held, ...orderLife()]
  await read.project(timelineProjection, entries)
  await read.project(timelineProjection, entries)
  const whole = await timelineSoFar(read.db, { orderId, limit: 100 })
  expect(whole.map(({ type }) => type)).toEqual(entries.map(({ type }) => type))
  const start = await timelineSoFar(read.db, { orderId, limit: 3 })
  const rest = await timelineSoFar(read.db, { orderId, after: start.at(-1)?.log_position ?? 0, limit: 100 })
  expect([...start, ...rest]).toEqual(whole)
})
