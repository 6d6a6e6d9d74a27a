// The projector host on a real node and Postgres: all read models of an order, live, with several hosts, and rebuilt from
// nothing.
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import type { Projection } from '#projections/ports.ts'
import { createProjector } from '#projections/projector.ts'
import { readModels } from '#projections/read-models.ts'
import { createProjectorHost, type ProjectorHost } from './projector-host.ts'
import { givenPlatform, type TestPlatform, wait } from './testing/platform.ts'
import { place, receive, requestPayment } from './testing/shop.ts'

const reservationId = '00000000-0000-4000-8000-00000000000a'

const hostOn = (platform: TestPlatform, own: readonly Projection[] = readModels) => {
  const observe = vi.fn()
  const projector = createProjector({ projections: own, store: platform.read.store, now: () => performance.now() })
  return { host: createProjectorHost({ projector, follow: platform.follow(), wait, observe }), observe }
}

const givenOrder = async (platform: TestPlatform, sku = 'MUG-1', reservation = reservationId): Promise<string> => {
  const api = platform.process()
  await receive(sku, 5, api)
  const orderId = await place(sku, reservation, api)
  await requestPayment(orderId, 'pm_card_visa', api)
  return orderId
}

const rowsOf = async ({ read: { db } }: TestPlatform) => ({
  orders: await db.selectFrom('orders').selectAll().orderBy('order_id').execute(),
  stock: await db.selectFrom('stock_levels').selectAll().orderBy('sku').execute(),
  holds: await db.selectFrom('holds').selectAll().orderBy('reservation_id').execute(),
  timeline: await db.selectFrom('timeline_items').selectAll().orderBy('log_position').execute(),
  available: await db.selectFrom('catalogue_products').select(['sku', 'available']).orderBy('sku').execute(),
})

/** Steps until the order's row has reached a revision. */
const untilOrderAt = (revision: number, orderId: string, hosts: readonly ProjectorHost[], { read }: TestPlatform) =>
  vi.waitUntil(
    async () => {
      await Promise.all(hosts.map((host) => host.step()))
      const row = await read.db
        .selectFrom('orders')
        .select('revision')
        .where('order_id', '=', orderId)
        .executeTakeFirst()
      const items = await read.db
        .selectFrom('timeline_items')
        .select('revision')
        .where('order_id', '=', orderId)
        .execute()
      return row?.revision === revision && items.length > revision
    },
    { timeout: 10_000 },
  )

test('an order is in every read model, from history and live', async () => {
  const platform = await givenPlatform()
  const orderId = await givenOrder(platform)
  const { host, observe } = hostOn(platform)
  await untilOrderAt(1, orderId, [host], platform)
  await vi.waitUntil(async () => (await host.step()) === 'idle' && host.status().live)
  expect(observe).not.toHaveBeenCalled()
  expect(await rowsOf(platform)).toMatchObject({
    orders: [{ order_id: orderId, status: 'placed', revision: 1, total: 1_990 }],
    stock: [{ sku: 'MUG-1', on_hand: 5, held: 2, available: 3 }],
    holds: [{ reservation_id: reservationId, status: 'held', quantity: 2 }],
    timeline: [{ type: 'StockReserved' }, { type: 'OrderPlaced' }, { type: 'PaymentRequested' }],
    available: [{ sku: 'MUG-1', available: 3 }],
  })

  const next = await givenOrder(platform, 'CUP-1', '00000000-0000-4000-8000-00000000000b')
  await untilOrderAt(1, next, [host], platform)
  await host.close()
  expect(observe).toHaveBeenCalled()
  const { projections: lag } = host.status()
  expect(lag.map(({ projection, parkedStreams, stopped }) => ({ projection, parkedStreams, stopped }))).toEqual(
    readModels.map(({ name }) => ({ projection: name, parkedStreams: 0, stopped: undefined })),
  )
})

test('several hosts at once write the same rows as one', async () => {
  const platform = await givenPlatform()
  const hosts = [hostOn(platform).host, hostOn(platform).host, hostOn(platform).host]
  const orderIds = [
    await givenOrder(platform),
    await givenOrder(platform, 'CUP-1', '00000000-0000-4000-8000-00000000000b'),
  ]
  for (const orderId of orderIds) await untilOrderAt(1, orderId, hosts, platform)
  await Promise.all(hosts.map((host) => host.close()))
  const together = await rowsOf(platform)
  await wipe(platform)
  const alone = hostOn(platform).host
  for (const orderId of orderIds) await untilOrderAt(1, orderId, [alone], platform)
  await alone.close()
  expect(await rowsOf(platform)).toEqual(together)
})

/** All rows that a projector writes. */
const wipe = ({ read }: TestPlatform) =>
  sql`truncate projection_checkpoints, parked_streams, orders, order_revenue, stock_levels, holds, timeline_items,
    timeline_orders, catalogue_products, catalogue_texts, catalogue_prices`.execute(read.db)

test('a running host rebuilds read models that were emptied', async () => {
  const platform = await givenPlatform()
  const orderId = await givenOrder(platform)
  const { host } = hostOn(platform)
  await untilOrderAt(1, orderId, [host], platform)
  const before = await rowsOf(platform)
  await wipe(platform)
  await givenOrder(platform, 'CUP-1', '00000000-0000-4000-8000-00000000000b')
  const failures: string[] = []
  await vi.waitUntil(
    async () => {
      await host.step().catch((error: Error) => failures.push(error.message))
      const { orders, timeline } = await rowsOf(platform)
      return orders.length === 2 && timeline.length === 6
    },
    { timeout: 10_000 },
  )
  await host.close()
  const after = await rowsOf(platform)
  expect(after.orders.find(({ order_id }) => order_id === orderId)).toEqual(before.orders[0])
  expect(after.timeline.slice(0, 3)).toEqual(before.timeline)
  expect(failures.some((line) => line.includes('its checkpoint went back'))).toBe(true)
})
