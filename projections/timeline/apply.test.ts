import { describe, expect, test } from 'vitest'
import { orderIdOf } from '#domain/values/ids.ts'
import { rowsAfter } from '../testing/apply.ts'
import { levels, otherReservationId, recorded, reservationId } from '../testing/events.ts'
import { orderId, orderLife } from '../testing/order-events.ts'
import { timelineProjection } from './apply.ts'
import { moneyText } from './money-text.ts'
import { type TimelineItem, timelineTable } from './table.ts'

const items = (...entries: Parameters<typeof rowsAfter>[1]) =>
  rowsAfter(timelineProjection, entries, timelineTable) as readonly TimelineItem[]

describe('the events of an order', () => {
  test('are described in sentences', () => {
    expect(items(...orderLife()).map(({ text }) => text)).toEqual([
      'Order placed: 3 units in 2 lines for 24.90 GBP.',
      'Payment of 24.90 GBP requested (attempt 1).',
      'Payment prepared at the provider (attempt 1).',
      'Payment of 24.90 GBP authorized (attempt 1).',
      'All stock of the order committed.',
      'Payment of 24.90 GBP captured.',
      'Order confirmed.',
      'Shipped 3 units by Royal Mail, tracking number RM1.',
      'Returned 1 unit: chipped.',
      'Refund of 9.95 GBP requested: chipped.',
      'Refunded 9.95 GBP.',
      'Refund of 9.95 GBP failed: account closed.',
      'Needs attention: a refund failed (account closed).',
      'Attention closed: paid by bank transfer.',
    ])
  })

  test('say until when a customer has to transfer the money', () => {
    const issued = orderLife().map((event) =>
      event.type === 'PaymentAuthorized' ? { ...event, data: { ...event.data, payBy: 1_801_209_600_000 } } : event,
    )
    expect(items(...issued)[3]?.text).toBe(
      'Payment of 24.90 GBP authorized (attempt 1): the customer is to transfer it by 2027-01-29T08:00:00.000Z.',
    )
  })

  test('have an actor, a cause and a time, and nothing that identifies a person', () => {
    const [placed] = items(...orderLife({ occurredAt: 7 }))
    expect(placed).toMatchObject({
      order_id: orderId,
      log_position: 100,
      stream: `order-${orderId}`,
      revision: 0,
      at: 7,
      type: 'OrderPlaced',
      actor: 'staff:ada',
      cause: 'cause',
    })
    expect(placed?.data).toHaveProperty('country')
    expect(placed?.data).not.toHaveProperty('person')
    expect(placed?.data).not.toHaveProperty('requestHash')
    expect(JSON.stringify(items(...orderLife()))).not.toContain('c2VhbGVk')
  })
})

describe('the events of stock', () => {
  const stream = 'stock-MUG-1@MAIN'
  const step = { reservationId, line: 0, quantity: 2, cause: null }

  test('belong to the order that the reservation became or would have become', () => {
    const held = recorded({ stream, revision: 1, position: 10n }, 'StockReserved', {
      reservationId,
      line: 0,
      quantity: 2,
      expiresAt: 1_700_000_000_000,
      ...levels(10, 2),
    })
    const released = recorded({ stream, revision: 2, position: 20n }, 'ReservationReleased', { ...step, ...levels(10) })
    expect(items(held, released)).toMatchObject([
      { order_id: orderId, text: 'Held 2 of MUG-1 at MAIN until 2023-11-14T22:13:20.000Z.' },
      { order_id: orderId, text: 'Released 2 of MUG-1 at MAIN.' },
    ])
  })

  test('that name several reservations give each its own part', () => {
    const refusal = (id: string, final: boolean) => ({
      reservationId: id,
      line: 0,
      commandId: id,
      quantity: 2,
      available: 1,
      final,
      reason: 'out_of_stock' as const,
    })
    const refused = recorded({ stream, revision: 1, position: 10n }, 'ReservationsRefused', {
      refusals: [refusal(reservationId, true), refusal(otherReservationId, false)],
      ...levels(1),
    })
    const refusedText = '2 of MUG-1 at MAIN refused, 1 available'
    expect(items(refused)).toMatchObject([
      { order_id: orderId, text: `${refusedText}.`, data: { refusals: [refusal(reservationId, true)] } },
      { order_id: orderIdOf(otherReservationId), text: `${refusedText}; another location is tried.` },
    ])
  })

  test('that name no reservation belong to no order', () => {
    const received = recorded({ stream, revision: 0, position: 10n }, 'StockReceived', { quantity: 1, ...levels(1) })
    expect(items(received)).toEqual([])
  })
})

test('amounts have the digits of their currency', () => {
  expect([moneyText(4_995, 'EUR'), moneyText(4_995, 'JPY'), moneyText(4_995, 'BHD')]).toEqual([
    '49.95 EUR',
    '4995 JPY',
    '4.995 BHD',
  ])
})
