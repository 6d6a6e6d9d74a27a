// The sweep on a real node, Postgres and payment adapter: it finds and decides what is due, without any timer.
import { expect, test, vi } from 'vitest'
import type { CheckoutPorts } from '#commands/checkout/ports.ts'
import { orderStream } from '#domain/streams.ts'
import { newId } from '#platform/ids.ts'
import { createProjector } from '#projections/projector.ts'
import { readModels } from '#projections/read-models.ts'
import { createDriveOrder } from './drive-order.ts'
import { createProjectorHost, type ProjectorHost } from './projector-host.ts'
import { createSweep, createSweepQueries } from './sweep.ts'
import { givenPlatform, neverStopping, type TestPlatform, wait } from './testing/platform.ts'
import { count, place, receive, requestPayment, reserve, stockOf } from './testing/shop.ts'

const reservation = (last: string) => `00000000-0000-4000-8000-00000000000${last}`
const holdMilliseconds = 900_000

const hostOn = (platform: TestPlatform): ProjectorHost => {
  const projector = createProjector({
    projections: readModels,
    store: platform.read.store,
    now: () => performance.now(),
  })
  return createProjectorHost({ projector, follow: platform.follow(), wait, observe: () => undefined })
}

/** Steps until the read models have reached the end of a stream. */
const untilProjected = async (host: ProjectorHost, stream: string, { log }: TestPlatform): Promise<void> => {
  let last = 0n
  for await (const page of log.read(stream, 0)) last = page.at(-1)?.position ?? last
  await vi.waitUntil(
    async () => {
      await host.step()
      return host.status().projections.every(({ position }) => (position ?? 0n) >= last)
    },
    { timeout: 10_000 },
  )
}

const sweepOf = (platform: TestPlatform, changes: Partial<CheckoutPorts> = {}) => {
  let now = 0
  const checkout = { ...platform.process(), ...changes }
  const sweep = createSweep({
    lease: platform.lease('sweep'),
    queries: createSweepQueries(platform.read.db),
    checkout,
    drive: createDriveOrder(checkout),
    newId,
    monotonic: () => now,
    signal: neverStopping,
  })
  const later = (milliseconds: number): void => {
    now += milliseconds
  }
  return { sweep, checkout, later }
}

test('lesson: timers late or lost: an order that was not paid in time expires without a wake-up; so do holds without an order', async () => {
  const platform = await givenPlatform()
  const api = platform.process()
  await receive('MUG-1', 5, api)
  const orderId = await place('MUG-1', reservation('a'), api)
  await reserve('MUG-1', reservation('b'), api)
  const host = hostOn(platform)
  await untilProjected(host, stockOf('MUG-1'), platform)
  await untilProjected(host, orderStream(orderId), platform)
  const { sweep, checkout } = sweepOf(platform)

  await sweep.step()
  expect(await platform.typesOf(orderStream(orderId))).toEqual(['OrderPlaced'])
  expect(await platform.typesOf(stockOf('MUG-1'))).toEqual(['StockReceived', 'StockReserved', 'StockReserved'])

  platform.moveTime(holdMilliseconds)
  await sweep.step()
  expect(await platform.typesOf(orderStream(orderId))).toEqual(['OrderPlaced', 'OrderExpired', 'OrderStockSettled'])
  const { state } = await checkout.stock.read(stockOf('MUG-1'))
  expect(state.levels).toEqual({ onHand: 5, held: 0, committed: 0, safety: 0 })
  await untilProjected(host, stockOf('MUG-1'), platform)
  await sweep.close()
  await host.close()
})

test('nothing expires without a trusted log time', async () => {
  const platform = await givenPlatform()
  const api = platform.process()
  await receive('MUG-1', 5, api)
  const orderId = await place('MUG-1', reservation('a'), api)
  const host = hostOn(platform)
  await untilProjected(host, orderStream(orderId), platform)
  platform.moveTime(holdMilliseconds)
  const { sweep } = sweepOf(platform, { logTime: { now: () => undefined } })
  expect(await sweep.step()).toBe('idle')
  expect(await platform.typesOf(orderStream(orderId))).toEqual(['OrderPlaced'])
  expect(await platform.typesOf(stockOf('MUG-1'))).toEqual(['StockReceived', 'StockReserved'])
  await sweep.close()
  await host.close()
})

test('two sweeps at once expire an order and its holds once', async () => {
  const platform = await givenPlatform()
  const api = platform.process()
  await receive('MUG-1', 5, api)
  const orderId = await place('MUG-1', reservation('a'), api)
  await reserve('MUG-1', reservation('b'), api)
  const host = hostOn(platform)
  await untilProjected(host, stockOf('MUG-1'), platform)
  await untilProjected(host, orderStream(orderId), platform)
  platform.moveTime(holdMilliseconds)
  const sweeps = [sweepOf(platform), sweepOf(platform)].map(({ checkout }) =>
    createSweep({
      lease: {
        hold: async () => ({ token: 1, position: undefined }),
        advance: async () => true,
        release: async () => {},
      },
      queries: createSweepQueries(platform.read.db),
      checkout,
      drive: createDriveOrder(checkout),
      newId,
      monotonic: () => 0,
      signal: neverStopping,
    }),
  )
  await Promise.all(sweeps.map((sweep) => sweep.step()))
  expect(await platform.typesOf(orderStream(orderId))).toEqual(['OrderPlaced', 'OrderExpired', 'OrderStockSettled'])
  const types = await platform.typesOf(stockOf('MUG-1'))
  const endings = types.filter((type) => type === 'ReservationExpired' || type === 'ReservationReleased')
  expect(endings).toHaveLength(2)
  await host.close()
})

test('only one of two sweeps works', async () => {
  const platform = await givenPlatform()
  const api = platform.process()
  await receive('MUG-1', 5, api)
  await reserve('MUG-1', reservation('a'), api)
  const host = hostOn(platform)
  await untilProjected(host, stockOf('MUG-1'), platform)
  const [one, other] = [sweepOf(platform), sweepOf(platform)]
  await one.sweep.step()
  platform.moveTime(holdMilliseconds)
  await other.sweep.step()
  expect(await platform.typesOf(stockOf('MUG-1'))).toEqual(['StockReceived', 'StockReserved'])
  await one.sweep.close()
  await other.sweep.step()
  expect(await platform.typesOf(stockOf('MUG-1'))).toEqual(['StockReceived', 'StockReserved', 'ReservationExpired'])
  await other.sweep.close()
  await host.close()
})

test('a shortfall calls for attention, once for each time it was found', async () => {
  const platform = await givenPlatform()
  const api = platform.process()
  await receive('MUG-1', 5, api)
  const orderId = await place('MUG-1', reservation('a'), api)
  await requestPayment(orderId, 'pm_card_visa', api)
  platform.moveTime(10_000)
  const { sweep, checkout, later } = sweepOf(platform)
  await createDriveOrder(checkout)(orderId)
  await count('MUG-1', 1, api)
  const host = hostOn(platform)
  await untilProjected(host, stockOf('MUG-1'), platform)

  const attention = async () =>
    (await platform.typesOf(orderStream(orderId))).filter((type) => type === 'OrderNeedsAttention').length
  await sweep.step()
  expect(await attention()).toBe(1)
  later(60_000)
  await sweep.step()
  expect(await attention()).toBe(1)

  const commandId = newId()
  const resolve = { type: 'ResolveAttention', commandId, action: 'close', reason: 'bought in' } as const
  const context = { correlationId: orderId, causationId: commandId, actor: 'staff:test' }
  await checkout.orders.submit(orderStream(orderId), [resolve], context)
  later(60_000)
  await sweep.step()
  expect(await attention()).toBe(1)

  platform.moveTime(1_000)
  await count('MUG-1', 0, api)
  await untilProjected(host, stockOf('MUG-1'), platform)
  later(60_000)
  await sweep.step()
  expect(await attention()).toBe(2)
  await sweep.close()
  await host.close()
})
