import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { orderIdOf } from '#domain/values/ids.ts'
import { orderNumberOf } from '#domain/values/order-number.ts'
import { recorded } from '../testing/events.ts'
import { customerId, orderId, orderLife, placedOrder } from '../testing/order-events.ts'
import { createReadDatabase, type TestReadDatabase } from '../testing/read-database.ts'
import { ordersProjection } from './apply.ts'
import {
  type OrderFilter,
  ordersNeedingAttention,
  ordersToLookAt,
  placedOrders,
  revenueSoFar,
  trackedOrder,
  trackedOrdersByNumber,
} from './queries.ts'

const december2010 = Date.UTC(2010, 11, 24)
const january2011 = Date.UTC(2011, 0, 3)
const otherCustomer = '00000000-0000-4000-8000-0000000000c2'
const reservations = [11, 12, 13, 14].map((number) => `00000000-0000-4000-8000-0000000000${number}`)
const [first = '', second = '', third = '', fourth = ''] = reservations.map(orderIdOf)

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
  const life = orderLife({ occurredAt: december2010 }).map((event) =>
    event.type === 'OrderReturned' ? { ...event, metadata: { ...event.metadata, occurredAt: january2011 } } : event,
  )
  const attention = { reason: 'provider_unreachable', detail: '' } as const
  await read.project(ordersProjection, [
    ...life.slice(0, 11),
    // Two of them have the same time, so that only their ids give the order.
    ...reservations.map((reservation, index) =>
      placedOrder(reservation, 5_000n + BigInt(index), index === 0 ? otherCustomer : customerId),
    ),
    recorded({ stream: `order-${second}`, revision: 1, position: 6_000n }, 'OrderNeedsAttention', attention),
    recorded({ stream: `order-${third}`, revision: 1, position: 6_100n }, 'OrderNeedsAttention', attention),
  ])
  await read.pool.query('update orders set placed_at = 5002 where order_id = $1', [fourth])
})
afterAll(() => read.db.destroy())

const pages = async (filter: Omit<OrderFilter, 'limit'>, limit: number): Promise<readonly string[]> => {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await placedOrders(read.db, { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) })
    if ('code' in page) throw new Error(page.code)
    ids.push(...page.items.map(({ order_id }) => order_id))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return ids
}

describe('one order', () => {
  test('is found by its id and by its number, with its state', async () => {
    const row = await trackedOrder(read.db, orderId)
    expect(row).toMatchObject({
      status: 'shipped',
      total: 2_490,
      revision: 10,
      state: { shipments: [{ carrier: 'Royal Mail' }] },
    })
    expect(await trackedOrdersByNumber(read.db, orderNumberOf(orderId))).toEqual([row])
    expect(await trackedOrder(read.db, customerId)).toBeUndefined()
  })
})

describe('lists', () => {
  test('hold every order once, newest first, whatever the page size', async () => {
    const lastTwo = [third, fourth].toSorted().toReversed()
    const all = [orderId, ...lastTwo, second, first]
    for (const limit of [1, 2, 10]) expect(await pages({}, limit)).toEqual(all)
  })

  test('are narrowed by status, customer and time', async () => {
    expect(await pages({ status: 'shipped' }, 10)).toEqual([orderId])
    expect(await pages({ customerId: otherCustomer }, 10)).toEqual([first])
    expect(await pages({ from: 5_000, to: 5_002 }, 10)).toEqual([second, first])
  })

  test('refuse a cursor of another query', async () => {
    expect(await placedOrders(read.db, { cursor: 'W10', limit: 1 })).toEqual({ code: 'unknown_cursor' })
  })

  test('of orders that need attention hold the longest waiting first', async () => {
    const page = await ordersNeedingAttention(read.db, { limit: 1 })
    if ('code' in page) throw new Error(page.code)
    expect(page.items).toMatchObject([
      { order_id: second, attention_reason: 'provider_unreachable', attention_at: 6_000 },
    ])
    const cursor = page.nextCursor ?? ''
    expect(await ordersNeedingAttention(read.db, { cursor, limit: 1 })).toEqual({
      items: [expect.objectContaining({ order_id: third })],
    })
  })

  test('of orders to look at hold those that are due, up to a limit', async () => {
    expect(await ordersToLookAt(read.db, 9_999, 10)).toEqual([])
    const due = await ordersToLookAt(read.db, 10_000, 10)
    expect(due.toSorted()).toEqual([first, second, third, fourth].toSorted())
    expect(await ordersToLookAt(read.db, 10_000, 2)).toHaveLength(2)
  })
})

test('revenue counts in the month of the sale, return or refund, by the country of the order', async () => {
  const facts = { country: 'GB', currency: 'GBP', orders: 0, lines: 0, sold: 0, returned: 0, refunded: 0 }
  const range = { from: Date.UTC(2010, 0), to: Date.UTC(2012, 0) }
  expect(await revenueSoFar(read.db, range)).toEqual([
    { ...facts, month: '2010-12', orders: 1, lines: 2, sold: 2_490 },
    { ...facts, month: '2011-01', returned: 995 },
  ])
  expect(await revenueSoFar(read.db, { from: 0, to: Date.UTC(2000, 0) })).toEqual([
    { ...facts, month: '1970-01', refunded: 995 },
  ])
})
