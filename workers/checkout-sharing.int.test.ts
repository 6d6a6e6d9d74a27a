// Several checkout runners on a real node, Postgres and payment adapter: they share the orders, take over from one that
// died, and one that wakes up after its leases ended does no harm.
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { renewMilliseconds } from '#platform/postgres/leases.ts'
import { partitionOf } from './checkout-partitions.ts'
import { createDriveOrder } from './drive-order.ts'
import { givenPlatform, type TestPlatform } from './testing/platform.ts'
import { runnerOf, runnerTimeout, type TestRunner, untilSeen } from './testing/runner.ts'
import { place, receive, requestPayment, stockOf } from './testing/shop.ts'

const ownedMilliseconds = 10_000
const reservationId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** Orders whose process has had its ten seconds and does not drive them. */
const placeOrders = async (platform: TestPlatform, from: number, to: number): Promise<readonly string[]> => {
  const api = platform.process()
  const orderIds: string[] = []
  for (let number = from; number <= to; number += 1) orderIds.push(await place('MUG-1', reservationId(number), api))
  platform.moveTime(ownedMilliseconds)
  return orderIds
}

/** The partitions by their holder, each with its position. */
const partitionsOf = async ({ read }: TestPlatform) => {
  const rows = await read.db.selectFrom('leases').select(['name', 'holder', 'position']).orderBy('name').execute()
  return Map.groupBy(rows, ({ holder }) => holder)
}

/** Two runners with half of the partitions each. `shared` splits orders by runner. */
const givenTwo = async (platform: TestPlatform) => {
  const [one, other] = [runnerOf(platform), runnerOf(platform)]
  await one.runner.step()
  const [holder = ''] = [...(await partitionsOf(platform)).keys()]
  await other.runner.step()
  one.pass(renewMilliseconds)
  await one.runner.step()
  const names = new Set((await partitionsOf(platform)).get(holder)?.map(({ name }) => name))
  expect(names.size).toBe(4)
  const isOfOne = (orderId: string): boolean => names.has(partitionOf(orderStream(orderId)))
  const shared = (orderIds: readonly string[]) =>
    [orderIds.filter(isOfOne), orderIds.filter((orderId) => !isOfOne(orderId))] as const
  return { one, other, holder, shared }
}

/** Makes a holder's leases expire, as if its process had not renewed them in time. */
const runOut = (holder: string, { read }: TestPlatform) =>
  sql`update leases set expires_at = now() where holder = ${holder}`.execute(read.db)

const drivenBy = ({ drive }: TestRunner): readonly string[] => drive.mock.calls.map(([orderId]) => orderId).sort()

test('two runners share the orders: each drives those of its partitions, and none is driven by both', async () => {
  const platform = await givenPlatform()
  await receive('MUG-1', 100, platform.process())
  const { one, other, shared } = await givenTwo(platform)
  const orderIds = await placeOrders(platform, 1, 8)
  const [ofOne, ofOther] = shared(orderIds)
  await Promise.all([untilSeen(one, ofOne, platform), untilSeen(other, ofOther, platform)])
  await Promise.all([one.runner.close(), other.runner.close()])
  expect(ofOne.length).toBeGreaterThan(0)
  expect(ofOne.length).toBeLessThan(orderIds.length)
  expect(drivenBy(one)).toEqual(ofOne.toSorted())
  expect(drivenBy(other)).toEqual(ofOther.toSorted())
})

test('a runner takes over the partitions of one that died, from the stored positions, even if it has read further', async () => {
  const platform = await givenPlatform()
  await receive('MUG-1', 100, platform.process())
  const { one, other, holder, shared } = await givenTwo(platform)
  const seen = await placeOrders(platform, 1, 8)
  const [seenByOne, seenByOther] = shared(seen)
  await Promise.all([untilSeen(one, seenByOne, platform), untilSeen(other, seenByOther, platform)])
  const [ofOne, ofOther] = shared(await placeOrders(platform, 11, 18))
  await untilSeen(other, ofOther, platform)
  await runOut(holder, platform)
  other.drive.mockClear()
  await requestPayment(ofOne[0] ?? '', 'pm_card_visa', platform.process())
  platform.moveTime(ownedMilliseconds)
  await untilSeen(other, ofOne, platform)
  await other.runner.close()
  expect(ofOne.length).toBeGreaterThan(1)
  expect([...new Set(drivenBy(other))]).toEqual(ofOne.toSorted())
  expect(await platform.typesOf(orderStream(ofOne[0] ?? ''))).toContain('OrderConfirmed')
})

test('a runner that stops gives up its partitions at once, with its positions stored', async () => {
  const platform = await givenPlatform()
  await receive('MUG-1', 100, platform.process())
  const { one, other } = await givenTwo(platform)
  const seen = await placeOrders(platform, 1, 4)
  for (let step = 0; step < 3; step += 1) await one.runner.step()
  await one.runner.close()
  await untilSeen(other, seen, platform)
  await other.runner.close()
  expect([...drivenBy(one), ...drivenBy(other)].toSorted()).toEqual(seen.toSorted())
})

test('a runner that was paused beyond its leases begins no further order and stores no position', async () => {
  const platform = await givenPlatform()
  await receive('MUG-1', 100, platform.process())
  const orderIds = await placeOrders(platform, 1, 20)
  const waking = Promise.withResolvers<void>()
  const driveOrder = createDriveOrder(platform.process())
  const paused = runnerOf(platform, async (orderId) => {
    await waking.promise
    return driveOrder(orderId)
  })
  const stepping = (async () => {
    while (paused.drive.mock.calls.length === 0) await paused.runner.step()
  })()
  await vi.waitUntil(() => paused.drive.mock.calls.length > 0, runnerTimeout)
  const begun = drivenBy(paused)
  const [holder = ''] = [...(await partitionsOf(platform)).keys()]
  await runOut(holder, platform)

  const other = runnerOf(platform)
  const later = await placeOrders(platform, 21, 40)
  await untilSeen(other, [...orderIds, ...later], platform)
  const positions = async () =>
    [...(await partitionsOf(platform)).values()]
      .flat()
      .map(({ name, position }) => `${name} ${position}`)
      .sort()
  const before = await positions()
  paused.pass(ownedMilliseconds)
  waking.resolve()
  await stepping
  expect(begun.length).toBeLessThan(orderIds.length)
  expect(drivenBy(paused)).toEqual(begun)
  expect(await positions()).toEqual(before)
  // From now on it shares the partitions with the other runner.
  await paused.runner.step()
  expect((await partitionsOf(platform)).get(holder)).toHaveLength(4)
  await Promise.all([paused.runner.close(), other.runner.close()])
  expect(drivenBy(paused)).toEqual(begun)
  expect(await positions()).toEqual(before)
})

test('two runners that drive the same order take one payment', async () => {
  const platform = await givenPlatform()
  await receive('MUG-1', 100, platform.process())
  const [one, other] = [runnerOf(platform), runnerOf(platform)]
  // Its clock stands still, so it never renews its leases and does not notice that they are lost.
  await one.runner.step()
  const [holder = ''] = [...(await partitionsOf(platform)).keys()]
  await runOut(holder, platform)
  await other.runner.step()
  const [orderId = ''] = await placeOrders(platform, 1, 1)
  await requestPayment(orderId, 'pm_card_visa', platform.process())
  platform.moveTime(ownedMilliseconds)
  await vi.waitUntil(async () => {
    await Promise.all([one.runner.step(), other.runner.step()])
    return [one, other].every(({ drive }) => drive.mock.calls.length > 0)
  }, runnerTimeout)
  await Promise.all([one.runner.close(), other.runner.close()])
  expect(await platform.typesOf(orderStream(orderId))).toEqual([
    'OrderPlaced',
    'PaymentRequested',
    'PaymentIntentCreated',
    'PaymentAuthorized',
    'OrderStockCommitted',
    'PaymentCaptured',
    'OrderConfirmed',
  ])
  expect(await platform.typesOf(stockOf('MUG-1'))).toEqual(['StockReceived', 'StockReserved', 'ReservationCommitted'])
})
