import { expect, test } from 'vitest'
import type { LogEntry } from './log-copy.ts'
import { nameOfEntry, withoutWhatTimeDid } from './what-time-did.ts'

const entry = (stream: string, storedType: string): LogEntry => ({
  ...{ stream, storedType, revision: 0, position: 1n, created: 0, problem: 'not looked at' },
})

const left = (...entries: readonly LogEntry[]) => withoutWhatTimeDid(entries).map(nameOfEntry)

test('given an order that expired, when what else came is asked for, then nothing that followed from that is told', () => {
  const expired = [entry('order-1', 'OrderExpired'), entry('order-1', 'OrderStockSettled')]
  expect(left(...expired, entry('stock-MUG@MAIN', 'ReservationReleased'))).toEqual([])
  expect(left(...expired, entry('order-2', 'PaymentCaptured'))).toEqual(['order-2: PaymentCaptured'])
})

test('given that no order expired, when a hold was let go, then it is told; one that expired is not', () => {
  expect(left(entry('stock-MUG@MAIN', 'ReservationReleased'))).toEqual(['stock-MUG@MAIN: ReservationReleased'])
  expect(left(entry('stock-MUG@MAIN', 'ReservationExpired'))).toEqual([])
})
