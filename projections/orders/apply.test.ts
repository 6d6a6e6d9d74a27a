import { describe, expect, test } from 'vitest'
import { evolve } from '#domain/order/evolve.ts'
import { orderNumberOf } from '#domain/values/order-number.ts'
import { isOrderEvent } from '../events.ts'
import { foldBatch, keysOfEntries } from '../fold.ts'
import { distinctKeys } from '../rows.ts'
import { rowsAfter } from '../testing/apply.ts'
import { reservationId } from '../testing/events.ts'
import { customerId, orderId, orderLife } from '../testing/order-events.ts'
import { ordersProjection } from './apply.ts'
import { orderTable, revenueTable } from './table.ts'

const orderAfter = (count: number) => rowsAfter(ordersProjection, orderLife().slice(0, count), orderTable)
const revenueAfter = (count: number) =>
  rowsAfter(ordersProjection, orderLife({ occurredAt: 7 }).slice(0, count), revenueTable)

describe('tracking', () => {
  test('a placed order is listed with its total and its expiry', () => {
    expect(orderAfter(1)).toMatchObject([
      {
        order_id: orderId,
        order_number: orderNumberOf(orderId),
        status: 'placed',
        customer_id: customerId,
        reservation_id: reservationId,
        total: 2_490,
        currency: 'GBP',
        country: 'GB',
        revision: 0,
        placed_at: 100,
        confirmed_at: null,
        updated_at: 100,
        expires_at: 10_000,
        look_again_at: 10_000,
        needs_attention: false,
        attention_reason: null,
        attention_at: null,
      },
    ])
  })

  test('an authorized order is due when its owner’s ten seconds are over', () => {
    const [row] = orderAfter(4)
    expect(row).toMatchObject({ status: 'authorized', look_again_at: 10_400 })
  })

  test('events that are applied again from the first one on change nothing', () => {
    const entries = orderLife().slice(0, 7)
    const head = { version: 0, position: undefined, stopped: undefined, parked: new Map() }
    const keys = distinctKeys(keysOfEntries(ordersProjection, entries))
    const batch = { projection: ordersProjection, head, entries, keys }
    const { rows } = foldBatch({ ...batch, stored: [] })
    expect(foldBatch({ ...batch, stored: rows })).toMatchObject({ rows: [], parked: [] })
  })

  test('a confirmed order has no expiry', () => {
    expect(orderAfter(7)).toMatchObject([{ status: 'confirmed', expires_at: null, confirmed_at: 700 }])
  })

  test('attention is marked from OrderNeedsAttention until it is resolved', () => {
    const marked = { needs_attention: true, attention_reason: 'refund_failed', attention_at: 1_300 }
    expect(orderAfter(13)).toMatchObject([marked])
    expect(orderAfter(14)).toMatchObject([{ needs_attention: false, attention_reason: null, attention_at: null }])
  })

  test('the stored state is the fold of the stream', () => {
    const fold = orderLife()
      .filter(isOrderEvent)
      .reduce<Parameters<typeof evolve>[0]>((state, event) => evolve(state, event, event.revision), { status: 'none' })
    expect(orderAfter(14)).toMatchObject([{ state: fold }])
  })

  test('an imported order has the business time of the import', () => {
    const [placed] = orderLife({ occurredAt: 7 })
    expect(placed && rowsAfter(ordersProjection, [placed], orderTable)).toMatchObject([
      { placed_at: 7, updated_at: 100 },
    ])
  })
})

describe('revenue', () => {
  const facts = { order_id: orderId, country: 'GB', currency: 'GBP' }
  const sale = { ...facts, fact: 'sale', kind: 'sale', at: 7, lines: 2, amount: 2_490 }
  const returned = {
    ...facts,
    fact: 'return 00000000-0000-4000-8000-0000000000b1',
    kind: 'return',
    at: 900,
    lines: 1,
    amount: 995,
  }
  const refunded = { ...facts, fact: 'refund re_1', kind: 'refund', at: 1_100, lines: 0, amount: 995 }

  test('an order that is not confirmed does not count', () => expect(revenueAfter(6)).toEqual([]))

  test('a sale counts at the time of its order, returns and refunds at their own time', () => {
    expect(revenueAfter(11)).toEqual([sale, returned, refunded])
  })

  test('a refund that failed in the end counts as zero', () => {
    expect(revenueAfter(12)).toEqual([sale, returned, { ...refunded, at: 1_200, amount: 0 }])
  })
})
