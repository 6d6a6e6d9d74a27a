import { describe, expect, test } from 'vitest'
import type { RecordedEvent } from '#domain/events.ts'
import { holdsExpiredEarly, ordersExpiredEarly } from './early-expiry.ts'

const at = (created: number, type: string, data: object, stream = 'stock-MUG@MAIN'): RecordedEvent =>
  ({
    stream,
    revision: 0,
    position: 1n,
    id: 'e1',
    metadata: { $correlationId: '', $causationId: '', actor: '' },
    created,
    type,
    data: { reservationId: 'r1', line: 0, ...data },
  }) as RecordedEvent

test('given a hold, when it expires before its time, then that is found; when it expires at its time, then nothing is', () => {
  const held = at(0, 'StockReserved', { expiresAt: 5_000 })
  expect(holdsExpiredEarly([held, at(5_000, 'ReservationExpired', {})])).toEqual([])
  expect(holdsExpiredEarly([held, at(1_400, 'ReservationExpired', {})])).toEqual([
    'stock-MUG@MAIN r1/0 expired 3600 ms too early',
  ])
  expect(
    holdsExpiredEarly([held, at(1, 'ReservationExtended', { expiresAt: 9_000 }), at(5_000, 'ReservationExpired', {})]),
  ).toHaveLength(1)
})

describe('given an order that can be paid until 5 s', () => {
  const order = (created: number, type: string, data: object = {}) => at(created, type, data, 'order-1')
  const placed = order(0, 'OrderPlaced', { lines: [{ quantity: 1, unitPrice: 100, expiresAt: 5_000 }] })

  test('when it expires then, nothing is found; 1 ms earlier, it is', () => {
    expect(ordersExpiredEarly([placed, order(5_000, 'OrderExpired')])).toEqual([])
    expect(ordersExpiredEarly([placed, order(4_999, 'OrderExpired')])).toEqual(['order-1 expired 1 ms too early'])
  })

  test('when a payment gives it more time, it must not expire at 5 s', () => {
    const requested = order(1, 'PaymentRequested', { expiresAt: 9_000 })
    expect(ordersExpiredEarly([placed, requested, order(5_000, 'OrderExpired')])).toHaveLength(1)
    expect(ordersExpiredEarly([placed, requested, order(9_000, 'OrderExpired')])).toEqual([])
  })

  test('when its stock is committed, it must not expire at all', () => {
    expect(ordersExpiredEarly([placed, order(1, 'OrderStockCommitted'), order(5_000, 'OrderExpired')])).toHaveLength(1)
  })
})
