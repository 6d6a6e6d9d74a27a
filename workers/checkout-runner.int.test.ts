// The checkout runner on a real node, Postgres and payment adapter: it finishes an order that its API left, once. Several
// runners that share the orders are tested in checkout-sharing.int.test.ts.
import { expect, test, vi } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { createDriveOrder } from './drive-order.ts'
import { givenPlatform, type TestPlatform } from './testing/platform.ts'
import { runnerOf, runnerTimeout, untilSeen } from './testing/runner.ts'
import { place, receive, requestPayment, stockOf } from './testing/shop.ts'

const reservationId = '00000000-0000-4000-8000-00000000000a'
const ownedMilliseconds = 10_000

const givenAbandonedPayment = async (platform: TestPlatform, paymentMethod = 'pm_card_visa'): Promise<string> => {
  const api = platform.process()
  await receive('MUG-1', 5, api)
  const orderId = await place('MUG-1', reservationId, api)
  await requestPayment(orderId, paymentMethod, api)
  return orderId
}

const begun = ['OrderPlaced', 'PaymentRequested']
const finished = [
  ...begun,
  'PaymentIntentCreated',
  'PaymentAuthorized',
  'OrderStockCommitted',
  'PaymentCaptured',
  'OrderConfirmed',
]

test('an order whose API died after PaymentRequested is finished', async () => {
  const platform = await givenPlatform()
  const orderId = await givenAbandonedPayment(platform)
  platform.moveTime(ownedMilliseconds)
  const { runner } = runnerOf(platform)
  await vi.waitUntil(async () => {
    await runner.step()
    return (await platform.typesOf(orderStream(orderId))).length >= finished.length
  }, runnerTimeout)
  await runner.close()
  expect(await platform.typesOf(orderStream(orderId))).toEqual(finished)
  expect(await platform.typesOf(stockOf('MUG-1'))).toEqual(['StockReceived', 'StockReserved', 'ReservationCommitted'])
})

test('an effect that still belongs to its API is left to it, and the position moves on', async () => {
  const platform = await givenPlatform()
  const orderId = await givenAbandonedPayment(platform)
  const { runner, drive, pass } = runnerOf(platform)
  await untilSeen({ runner, pass }, [orderId], platform)
  await runner.close()
  expect(drive).not.toHaveBeenCalled()
  expect(await platform.typesOf(orderStream(orderId))).toEqual(begun)
})

test('a new runner goes on from the stored position of the one before', async () => {
  const platform = await givenPlatform()
  const seen = await givenAbandonedPayment(platform)
  const before = runnerOf(platform)
  await untilSeen(before, [seen], platform)
  await before.runner.close()
  const api = platform.process()
  await receive('CUP-1', 5, api)
  const next = await place('CUP-1', '00000000-0000-4000-8000-00000000000b', api)
  const after = runnerOf(platform)
  platform.moveTime(ownedMilliseconds)
  await untilSeen(after, [next], platform)
  await after.runner.close()
  expect(after.drive.mock.calls).toEqual([[next]])
})

test('an order that cannot be driven does not stop the others', async () => {
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
  const one = runnerOf(platform, createDriveOrder(broken))
  platform.moveTime(ownedMilliseconds)
  await untilSeen(one, orderIds, platform)
  await one.runner.close()
  expect(driven).toEqual([orderStream(orderIds[1] ?? '')])
  expect(platform.warnings).toContain(`order ${orderIds[0]} cannot be driven: damaged`)
})
