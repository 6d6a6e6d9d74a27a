import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkpointPositions, createPositionWaiter } from './position-waiter.ts'
import { stockProjection } from './stock/apply.ts'
import { approximateLevels } from './stock/queries.ts'
import { levels, recorded } from './testing/events.ts'
import { createReadDatabase, type TestReadDatabase } from './testing/read-database.ts'

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
})
afterAll(() => read.db.destroy())

test('a read that waits for the position of a write sees that write', async () => {
  const waiter = createPositionWaiter({
    positions: () => checkpointPositions(read.db),
    wait: async (milliseconds) => void (await wait(milliseconds)),
    now: () => performance.now(),
  })
  const place = { stream: 'stock-MUG-1@MAIN', revision: 0, position: 70n }
  const waiting = waiter('stock', 70n)
  await read.project(stockProjection, [recorded(place, 'StockReceived', { quantity: 5, ...levels(5) })])
  expect(await waiting).toEqual({ stale: false })
  expect(await approximateLevels(read.db, 'MUG-1')).toMatchObject([{ on_hand: 5 }])
  expect(await waiter('stock', 71n)).toEqual({ stale: true, reached: 70n, behind: 1n })
})
