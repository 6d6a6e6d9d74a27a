// What went wrong with stock in other shops, one test each. docs/lessons.md has the list.
import { expect, test } from 'vitest'
import { stockStream } from '#domain/streams.ts'
import { changeOrder } from '../change-order.ts'
import { releaseReservation } from '../release-reservation.ts'
import { origin } from '../testing/memory-platform.ts'
import { drive, openShop, pay, placed, reserve, reserved, sweepFor } from '../testing/shop.ts'

const cups = (quantity: number) => [{ sku: 'CUP', quantity }]
const untouched = { onHand: 10, held: 0, committed: 0 }

test('lesson: oversell: fifty shoppers in five processes want the last ten units, and ten get one', async () => {
  const shop = await openShop()
  const processes = Array.from({ length: 5 }, () => shop.boot())
  const answers = Promise.all(
    processes.flatMap((ports, process) =>
      Array.from({ length: 10 }, (_, shopper) => reserve(ports, { name: `${process} ${shopper}`, lines: cups(1) })),
    ),
  )
  await shop.pass(1)
  expect((await answers).filter((answer) => !('code' in answer))).toHaveLength(10)
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 10, committed: 0 })
})

test('lesson: oversell in one cart: two lines of one sku are decided together', async () => {
  const shop = await openShop()
  expect(await reserve(shop.ports, { lines: [...cups(6), ...cups(6)] })).toMatchObject({ code: 'out_of_stock' })
  expect(await shop.levels('CUP')).toEqual(untouched)
})

test('lesson: allocate after pay: a shopper without a hold is never asked for money', async () => {
  const shop = await openShop()
  await reserved(shop.ports, { name: 'first', lines: cups(10) })
  expect(await reserve(shop.ports, { name: 'second', lines: cups(1) })).toMatchObject({ code: 'out_of_stock' })
  expect(shop.payments.calls).toEqual([])
  const other = await openShop()
  const orderId = await placed(other.ports)
  expect(await other.levels('CUP')).toEqual({ onHand: 10, held: 2, committed: 0 })
  expect(other.payments.calls).toEqual([])
  await pay(orderId, other.ports)
})

test('lesson: duplicate allocations: the same sale driven again a day later allocates nothing more', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports)
  const before = shop.typesOf(stockStream('CUP', 'MAIN'))
  await shop.pass(86_400)
  await pay(orderId, shop.boot())
  await Promise.all([drive(orderId, shop.boot()), drive(orderId, shop.boot())])
  expect(shop.typesOf(stockStream('CUP', 'MAIN'))).toEqual(before)
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 2 })
})

test('lesson: drift by rollback: units that are released twice, or after they were used, return once', async () => {
  const shop = await openShop()
  const reservation = await reserved(shop.ports)
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports)
  expect(await releaseReservation(reservation, origin('release'), shop.boot())).toEqual({ code: 'already_placed' })
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 2 })
  const cancel = { type: 'CancelOrder', note: null } as const
  await Promise.all(['one', 'two', 'three'].map((name) => changeOrder(orderId, cancel, origin(name), shop.boot())))
  await releaseReservation(reservation, origin('release again'), shop.boot())
  await sweepFor(orderId, shop)
  expect(await shop.levels('CUP')).toEqual(untouched)
})

test('lesson: dispatch that drifts: shipped units leave hold, commitment and stock; returned ones come back', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports)
  const ship = { type: 'ShipOrder', lines: null, carrier: null, trackingNumber: null } as const
  await Promise.all([1, 2].map(() => changeOrder(orderId, ship, origin('ship'), shop.boot())))
  await sweepFor(orderId, shop)
  expect(await shop.levels('CUP')).toEqual({ onHand: 8, held: 0, committed: 0 })
  const lines = cups(2)
  const giveBack = { type: 'ReturnOrder', lines, restock: true, reason: 'too big' } as const
  await Promise.all([1, 2].map(() => changeOrder(orderId, giveBack, origin('return'), shop.boot())))
  await sweepFor(orderId, shop)
  expect(await shop.levels('CUP')).toEqual(untouched)
})
