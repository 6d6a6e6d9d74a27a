import { expect, test } from 'vitest'
import { createPatience } from './patience.ts'

test('what is stuck is tried after ever longer waits, up to a minute', () => {
  const patience = createPatience()
  const waits: number[] = []
  let now = 0
  for (let tries = 0; tries < 7; tries += 1) {
    patience.tried('order', 4, now)
    const from = now
    while (!patience.mayTry('order', now)) now += 1_000
    waits.push(now - from)
  }
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
})

test('what moved on is tried soon again', () => {
  const patience = createPatience()
  patience.tried('order', 4, 0)
  patience.tried('order', 4, 2_000)
  patience.tried('order', 5, 6_000)
  expect(patience.mayTry('order', 7_999)).toBe(false)
  expect(patience.mayTry('order', 8_000)).toBe(true)
})

test('others are not kept waiting, and those that wait are counted', () => {
  const patience = createPatience()
  patience.tried('order', 4, 0)
  expect(patience.mayTry('other', 0)).toBe(true)
  expect(patience.waiting(0)).toBe(1)
  expect(patience.waiting(2_000)).toBe(0)
})

test('what nobody came back to for a minute is forgotten', () => {
  const patience = createPatience()
  patience.tried('order', 4, 0)
  patience.tried('order', 4, 2_000)
  patience.tried('other', 1, 100_000)
  patience.tried('order', 4, 100_001)
  expect(patience.mayTry('order', 102_001)).toBe(true)
})

test('waits can be of another length', () => {
  const patience = createPatience({ firstMilliseconds: 5_000, millisecondsMax: 8_000 })
  const isWaitedFor = (milliseconds: number, now: number) => {
    patience.tried('notice', undefined, now)
    return !patience.mayTry('notice', now + milliseconds - 1) && patience.mayTry('notice', now + milliseconds)
  }
  expect([isWaitedFor(5_000, 0), isWaitedFor(8_000, 5_000), isWaitedFor(8_000, 13_000)]).toEqual([true, true, true])
})
