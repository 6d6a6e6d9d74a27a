import { expect, test } from 'vitest'
import type { StoredEvent } from '../log.ts'
import { createBooks } from './books.ts'

const metadata = { $correlationId: 'test', $causationId: 'test', actor: 'test' }
const levels = (onHandAfter: number, heldAfter: number, committedAfter = 0) => ({
  onHandAfter,
  heldAfter,
  committedAfter,
})

/** What the books say of these events of one stock stream, one after the other. */
const problemsOf = (...events: ReadonlyArray<readonly [string, object]>): readonly string[] => {
  const problems: string[] = []
  const books = createBooks((problem) => problems.push(problem.replace(/^.*v1: /, '')), [])
  events.forEach(([type, data], revision) => {
    const stored: StoredEvent = {
      id: String(revision),
      stream: 'stock-MUG@MAIN',
      revision,
      position: BigInt(revision),
      created: 1_000,
      storedType: `${type}.v1`,
      metadata,
      json: JSON.stringify({ at: 1_000, commandId: 'c', ...data }),
    }
    books.take([stored])
  })
  return problems
}

const received = ['StockReceived', { quantity: 2, ...levels(2, 0) }] as const
const hold = { reservationId: 'r', line: 0, quantity: 2 }
const reserved = ['StockReserved', { ...hold, expiresAt: 900, ...levels(2, 2) }] as const
const counted = ['StockCounted', { quantity: 1, difference: -1, ...levels(1, 2) }] as const
const found = ['StockShortfallFound', { quantity: 1, reservations: [], ...levels(2, 2) }] as const
const released = ['ReservationReleased', { ...hold, ...levels(2, 0) }] as const

test('a sound history is sound', () => expect(problemsOf(received, reserved, released)).toEqual([]))

test('a count below what is held is sound only with its shortfall', () => {
  expect(problemsOf(received, reserved, found, counted)).toEqual([])
  expect(problemsOf(received, reserved, counted)).toEqual(['oversold: 2 held and 0 committed of 1'])
})

test.each([
  ['more held than there is', [reserved], 'holds more than was available'],
  [
    'an id held again',
    [received, reserved, released, reserved],
    'holds again under an id that was held or let go before',
  ],
  ['a hold that ends twice', [received, reserved, released, released], 'ends what is ended, not held'],
  [
    'levels that do not add up',
    [['StockReceived', { quantity: 2, ...levels(3, 0) }]],
    'says 3, 0, 0 where 2, 0, 0 are counted',
  ],
  [
    'an expiry too early',
    [received, reserved, ['ReservationExpired', { ...hold, at: 899, ...levels(2, 0) }]],
    'expires before its time',
  ],
  [
    'a time yet to come',
    [['StockReceived', { quantity: 2, at: 1_001, ...levels(2, 0) }]],
    "is of 1 ms after the log's own time",
  ],
] as const)('finds %s', (_, events, problem) => {
  expect(problemsOf(...events)).toEqual([problem])
})
