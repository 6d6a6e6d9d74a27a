// The runner on a real node, Postgres and payment adapter: an order that its API left behind is finished, once.
import { expect, test, vi } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { createCheckoutRunner } from './checkout-runner.ts'
import { createDriveOrder } from './drive-order.ts'
import { givenPlatform, neverStopping, type TestPlatform, wait } from './testing/platform.ts'
import { place, receive, requestPayment, stockOf } from './testing/shop.ts'
import type { Worker } from './worker.ts'

const reservationId = '00000000-0000-4000-8000-00000000000a'
const ownedMilliseconds = 10_000

const runnerOf = (platform: TestPlatform, lease = platform.lease('checkout')) => {
  const drive = vi.fn(createDriveOrder(platform.process()))
  const follow = platform.follow(['order-'])
  const { logTime } = platform.process()
  const runner = createCheckoutRunner({ lease, follow, wait, drive, logTime, signal: neverStopping })
  return { runner, drive, lease }
}

const givenAbandonedPayment = async (platform: TestPlatform, paymentMethod = 'pm_card_visa'): Promise<string> => {
  const api = platform.process()
  await receive('MUG-1', 5, api)
  const orderId = await place('MUG-1', reservationId, api)
  await requestPayment(orderId, paymentMethod, api)
  return orderId
}

/** Steps until the runner has stored that it has seen all that happened to the order so far. */
const untilSeen = async (runner: Worker, orderId: string, { log, read }: TestPlatform): Promise<void> => {
  let last = 0
  for await (const page of log.read(orderStream(orderId), 0)) last = Number(page.at(-1)?.position)
  await vi.waitUntil(async () => {
    await runner.step()
    const lease = await read.db
      .selectFrom('leases')
      .select('position')
      .where('name', '=', 'checkout')
      .executeTakeFirst()
    return (lease?.position ?? 0) >= last
  })
}

const begun = ['OrderPlaced', 'PaymentRequested']
const finished = [
  ...begun,
  ...['PaymentIntentCreated', 'PaymentAuthorized', 'OrderStockCommitted', 'PaymentCaptured', 'OrderConfirmed'],
]

test('an order whose API died after PaymentRequested is finished', async () => {
  const platform = await givenPlatform()
  const orderId = await givenAbandonedPayment(platform)
  platform.moveTime(ownedMilliseconds)
  const { runner } = runnerOf(platform)
  await vi.waitUntil(async () => {
    await runner.step()
    return (await platform.typesOf(orderStream(orderId))).length >= finished.length
  })
  await runner.close()
  expect(await platform.typesOf(orderStream(orderId))).toEqual(finished)
  expect(await platform.typesOf(stockOf('MUG-1'))).toEqual(['StockReceived', 'StockReserved', 'ReservationCommitted'])
})

test('what its own API may still be doing is left to it, and the order counts as seen', async () => {
  const platform = await givenPlatform()
  const orderId = await givenAbandonedPayment(platform)
  const { runner, drive } = runnerOf(platform)
  await untilSeen(runner, orderId, platform)
  await runner.close()
  expect(drive).not.toHaveBeenCalled()
  expect(await platform.typesOf(orderStream(orderId))).toEqual(begun)
})

test('who comes after goes on from where the runner before had got to', async () => {
  const platform = await givenPlatform()
  const seen = await givenAbandonedPayment(platform)
  const before = runnerOf(platform)
  await untilSeen(before.runner, seen, platform)
  await before.runner.close()
  const api = platform.process()
  await receive('CUP-1', 5, api)
  const next = await place('CUP-1', '00000000-0000-4000-8000-00000000000b', api)
  const after = runnerOf(platform)
  platform.moveTime(ownedMilliseconds)
  await untilSeen(after.runner, next, platform)
  await after.runner.close()
  expect(after.drive.mock.calls).toEqual([[next]])
})

test('one of two runners works, the other once it has let go', async () => {
  const platform = await givenPlatform()
  const orderId = await givenAbandonedPayment(platform)
  const [one, other] = [runnerOf(platform), runnerOf(platform)]
  await untilSeen(one.runner, orderId, platform)
  expect(await other.runner.step()).toBe('idle')
  expect(other.drive.mock.calls).toEqual([])
  await one.runner.close()
  const next = await place('MUG-1', '00000000-0000-4000-8000-00000000000d', platform.process())
  platform.moveTime(ownedMilliseconds)
  await untilSeen(other.runner, next, platform)
  await other.runner.close()
  expect(other.drive.mock.calls).toEqual([[next]])
})

test('two that both believe to be the runner take one payment', async () => {
  const platform = await givenPlatform()
  const orderId = await givenAbandonedPayment(platform)
  platform.moveTime(ownedMilliseconds)
  const runners = [runnerOf(platform, platform.lease('checkout-1')), runnerOf(platform, platform.lease('checkout-2'))]
  await vi.waitUntil(async () => {
    await Promise.all(runners.map(({ runner }) => runner.step()))
    return (await platform.typesOf(orderStream(orderId))).includes('OrderConfirmed')
  })
  await Promise.all(runners.map(({ runner }) => runner.close()))
  expect(await platform.typesOf(orderStream(orderId))).toEqual(finished)
  expect(await platform.typesOf(stockOf('MUG-1'))).toEqual(['StockReceived', 'StockReserved', 'ReservationCommitted'])
})

test('an order that cannot be driven does not keep the others waiting', async () => {
  const platform = await givenPlatform()
  const api = platform.process()
  await receive('MUG-1', 5, api)
  const orderIds = [
    await place('MUG-1', reservationId, api),
    await place('MUG-1', '00000000-0000-4000-8000-00000000000c', api),
  ]
  const driven: string[] = []
  const ports = platform.process()
  const broken: typeof ports = {
    ...ports,
    orders: {
      ...ports.orders,
      read: (stream) => {
        if (stream === orderStream(orderIds[0] ?? '')) throw new Error('damaged')
        driven.push(stream)
        return ports.orders.read(stream)
      },
    },
  }
  const lease = platform.lease('checkout')
  const drive = createDriveOrder(broken)
  const follow = platform.follow(['order-'])
  const { logTime } = platform.process()
  const runner = createCheckoutRunner({ lease, follow, wait, drive, logTime, signal: neverStopping })
  platform.moveTime(ownedMilliseconds)
  await untilSeen(runner, orderIds[1] ?? '', platform)
  await runner.close()
  expect(driven).toEqual([orderStream(orderIds[1] ?? '')])
  expect(platform.warnings).toContain(`order ${orderIds[0]} cannot be driven: damaged`)
})
