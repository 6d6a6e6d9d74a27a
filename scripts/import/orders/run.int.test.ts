// Past orders out of small files, on a real event store and database: what is taken, sold out, taken back, and what a run
// that broke off leaves to the next.
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { verifyLog } from '#audit/verify/log.ts'
import { verifyReadModels } from '#audit/verify/read-models.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { orderStream, stockStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { readMapping } from '../mapping.ts'
import type { ImportTarget } from '../target.ts'
import { givenWorld, type TestWorld } from '../testing/given-world.ts'
import { projectLog } from '../testing/project-log.ts'
import { reservationOf } from './ids.ts'
import { importOrders } from './run.ts'

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'
const sales = [
  '1001,10001,LAMP,3,2010-12-01 08:00:00,2.50,17850.0,United Kingdom',
  '1001,10001,LAMP,1,2010-12-01 08:00:00,2.50,17850.0,United Kingdom',
  '1001,10001,"LAMP, DENTED",1,2010-12-01 08:00:00,1.00,17850.0,United Kingdom',
  '1001,POST,POSTAGE,1,2010-12-01 08:00:00,18.00,17850.0,United Kingdom',
  '1002,10001a,LAMP A,2,2010-12-02 08:00:00,2.00,,EIRE',
  '1003,10001,LAMP,4,2010-12-03 08:00:00,3.00,17850.0,United Kingdom',
]
const cancellations = [
  'C1004,10001,LAMP,-6,2010-12-05 08:00:00,2.50,17850.0,United Kingdom',
  'C1005,10001,LAMP,-1,2010-11-30 08:00:00,2.50,17850.0,United Kingdom',
]
const mapping = readMapping('online-retail')
const ample = { type: 'ample' } as const

const givenFile = (world: TestWorld, lines: readonly string[], name = 'orders.csv'): string =>
  world.file(name, [header, ...lines].join('\n'))

const orderOf = (invoice: string): string => orderIdOf(reservationOf('online-retail', invoice))

const eventsOf = async ({ log }: ImportTarget, stream: string): Promise<readonly RecordedEvent[]> =>
  (await Array.fromAsync(log.read(stream, 0))).flat()

const typesOf = async (world: ImportTarget, stream: string): Promise<readonly string[]> =>
  (await eventsOf(world, stream)).map(({ type }) => type)

const broken = async (world: TestWorld): Promise<readonly string[]> => {
  await projectLog(world)
  const models = await Array.fromAsync(verifyReadModels(world))
  const { outcomes } = await verifyLog(world.client, world.warn)
  return [...outcomes, ...models].flatMap(({ findings }) => findings)
}

test('an invoice becomes one order with its own date; a cancellation is taken back from the newest purchase first', async () => {
  const world = await givenWorld()
  const file = world.file('orders.csv.gz', gzipSync([header, ...sales, ...cancellations].join('\n')))

  const report = await importOrders(world, { files: [file], mapping, hash: 'one', policy: ample })

  expect(report).toMatchObject({ records: 8, taken: 6, orders: 3, lines: 4, returned: 1, returnedPartly: 0 })
  expect(report.skipped).toEqual({ 'code is no product': 1, 'cancellation without a purchase': 1 })
  const placed = await eventsOf(world, orderStream(orderOf('1001')))
  expect(placed.map(({ type, metadata }) => [type, metadata.occurredAt])).toEqual(
    ['OrderPlaced', 'PaymentRequested', 'PaymentAuthorized', 'OrderStockCommitted', 'PaymentCaptured', 'OrderConfirmed']
      .concat(['OrderShipped', 'OrderStockSettled'])
      .map((type) => [type, Date.UTC(2010, 11, 1, 8)])
      // Six came back: four of the newer purchase, two of this one.
      .concat(
        ['OrderReturned', 'RefundRequested', 'PaymentRefunded', 'OrderStockSettled'].map((type) => [
          type,
          Date.UTC(2010, 11, 5, 8),
        ]),
      ),
  )
  expect(placed.find(({ type }) => type === 'PaymentRefunded')?.data).toMatchObject({ provider: 'import', amount: 500 })
  const { state } = await world.orders.read(orderStream(orderOf('1001')))
  expect(state).toMatchObject({ status: 'shipped', total: 1_100, country: 'GB', unsettled: [] })
  expect(await broken(world)).toEqual([])
})

test('asked again, under the same name or another, it adds nothing', async () => {
  const world = await givenWorld()
  const files = [givenFile(world, [...sales, ...cancellations])]
  await importOrders(world, { files, mapping, hash: 'one', policy: ample })
  const before = await verifyLog(world.client, world.warn)

  const same = await importOrders(world, { files, mapping, hash: 'one', policy: ample })
  const other = await importOrders(world, { files, mapping, hash: 'two', policy: ample })

  expect(same).toMatchObject({ alreadyDone: true, records: 8, taken: 6 })
  expect(other).toMatchObject({ orders: 0, lines: 0, returned: 1, skipped: { 'order exists': 5 } })
  const after = await verifyLog(world.client, world.warn)
  expect(after.outcomes.slice(1)).toEqual(before.outcomes.slice(1))
})

test('a run that broke off between the stock and the order is taken up: no unit is sold twice', async () => {
  const world = await givenWorld()
  const files = [givenFile(world, sales)]
  const failing: ImportTarget = {
    ...world,
    orders: { ...world.orders, submit: () => Promise.reject(new Error('broken off')) },
  }
  await expect(importOrders(failing, { files, mapping, hash: 'one', policy: ample })).rejects.toThrow('broken off')

  const report = await importOrders(world, { files, mapping, hash: 'one', policy: ample })

  expect(report).toMatchObject({ records: 6, taken: 5, orders: 3, lines: 4 })
  const lamp = await typesOf(world, stockStream('10001', 'MAIN'))
  expect(lamp.filter((type) => type === 'StockShipped')).toHaveLength(3)
  expect(lamp.filter((type) => type === 'StockReceived')).toHaveLength(1)
  expect((await world.stock.read(stockStream('10001', 'MAIN'))).state.levels).toMatchObject({ onHand: 0, committed: 0 })
  expect(await broken(world)).toEqual([])
})

test('a later run finds the purchases of an earlier one, and a malformed line is told while the rest goes on', async () => {
  const world = await givenWorld()
  const told: string[] = []
  await importOrders(world, { files: [givenFile(world, sales)], mapping, hash: 'one', policy: ample })
  const files = [givenFile(world, ['1009,only,three', ...cancellations], 'later.csv')]

  const listening = { ...world, warn: (line: string) => void told.push(line) }
  const report = await importOrders(listening, { files, mapping, hash: 'two', policy: ample })

  expect(report).toMatchObject({ returned: 1, cancellations: 2, skipped: { 'line not readable': 1 } })
  expect(told).toEqual([expect.stringMatching(/^later\.csv:2: Invalid Record Length/)])
})

test('tight stock sells out: the line is dropped and counted, an order of nothing else is not placed', async () => {
  const world = await givenWorld()
  const files = [givenFile(world, sales)]

  const report = await importOrders(world, { files, mapping, hash: 'one', policy: { type: 'tight', share: 0.5 } })

  expect(report.skipped['out of stock']).toBeGreaterThan(0)
  expect(report.taken + (report.skipped['out of stock'] ?? 0)).toBe(5)
  expect(await typesOf(world, orderStream(orderOf('1002')))).toEqual([])
  expect(await broken(world)).toEqual([])
})

test('a read model row that the log does not make is found, and shown', async () => {
  const world = await givenWorld()
  await importOrders(world, { files: [givenFile(world, sales)], mapping, hash: 'one', policy: ample })
  await projectLog(world)
  await world.pool.query("update stock_levels set on_hand = on_hand + 1 where sku = '10001'")

  const outcomes = await Array.fromAsync(verifyReadModels(world))

  const findings = outcomes.flatMap((outcome) => outcome.findings)
  expect(findings[0]).toBe('stock_levels: 1 rows that the log does not make, 1 that it makes are missing')
  expect(findings).toHaveLength(3)
})
