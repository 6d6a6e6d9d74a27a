import { expect, test } from 'vitest'
import type { LogEntry } from './log-copy.ts'
import { describeEntry, withoutExpiry } from './without-expiry.ts'

const entry = (stream: string, storedType: string): LogEntry => ({
  stream,
  storedType,
  revision: 0,
  position: 1n,
  created: 0,
  problem: 'not decoded',
})

const left = (...entries: readonly LogEntry[]) => withoutExpiry(entries).map(describeEntry)

test('given an order that expired, then its events and the release of its holds are left out, and others stay', () => {
  const expired = [entry('order-1', 'OrderExpired'), entry('order-1', 'OrderStockSettled')]
  expect(left(...expired, entry('stock-MUG@MAIN', 'ReservationReleased'))).toEqual([])
  expect(left(...expired, entry('order-2', 'PaymentCaptured'))).toEqual(['order-2: PaymentCaptured'])
})

test('given that no order expired, then a released hold stays, and one that expired is left out', () => {
  expect(left(entry('stock-MUG@MAIN', 'ReservationReleased'))).toEqual(['stock-MUG@MAIN: ReservationReleased'])
  expect(left(entry('stock-MUG@MAIN', 'ReservationExpired'))).toEqual([])
})
