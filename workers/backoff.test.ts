import { expect, test } from 'vitest'
import { createBackoff } from './backoff.ts'

test('the wait of a stuck key doubles up to a minute', () => {
  const backoff = createBackoff()
  const waits: number[] = []
  let now = 0
  for (let tries = 0; tries < 7; tries += 1) {
    backoff.tried('order', 4, now)
    const from = now
    while (!backoff.mayTry('order', now)) now += 1_000
    waits.push(now - from)
  }
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
})

test('the wait of a key with progress starts anew', () => {
  const backoff = createBackoff()
  backoff.tried('order', 4, 0)
  backoff.tried('order', 4, 2_000)
  backoff.tried('order', 5, 6_000)
  expect(backoff.mayTry('order', 7_999)).toBe(false)
  expect(backoff.mayTry('order', 8_000)).toBe(true)
})

test('other keys do not wait, and waiting keys are counted', () => {
  const backoff = createBackoff()
  backoff.tried('order', 4, 0)
  expect(backoff.mayTry('other', 0)).toBe(true)
  expect(backoff.waiting(0)).toBe(1)
  expect(backoff.waiting(2_000)).toBe(0)
})

test('a key that was not tried for a minute is forgotten', () => {
  const backoff = createBackoff()
  backoff.tried('order', 4, 0)
  backoff.tried('order', 4, 2_000)
  backoff.tried('other', 1, 100_000)
  backoff.tried('order', 4, 100_001)
  expect(backoff.mayTry('order', 102_001)).toBe(true)
})

test('the waits can be configured', () => {
  const backoff = createBackoff({ firstMilliseconds: 5_000, millisecondsMax: 8_000 })
  const isWaitedFor = (milliseconds: number, now: number) => {
    backoff.tried('notice', undefined, now)
    return !backoff.mayTry('notice', now + milliseconds - 1) && backoff.mayTry('notice', now + milliseconds)
  }
  expect([isWaitedFor(5_000, 0), isWaitedFor(8_000, 5_000), isWaitedFor(8_000, 13_000)]).toEqual([true, true, true])
})
