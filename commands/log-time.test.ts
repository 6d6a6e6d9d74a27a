import { expect, test } from 'vitest'
import { createLogClock, offsetMillisecondsMax, trustedLogTime } from './log-time.ts'

const clockAt = (start: number) => {
  let now = start
  return {
    clock: createLogClock(() => now),
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

test('log time is unknown until a live event was seen', () => {
  const { clock } = clockAt(5)
  expect(clock.now()).toBeUndefined()
  expect(clock.age()).toBeUndefined()
})

test('runs on with the monotonic clock from the largest offset seen', () => {
  const { clock, pass } = clockAt(1_000)
  clock.observe(50_000)
  pass(100)
  clock.observe(50_040)
  pass(10)
  expect(clock.now()).toBe(50_110)
  expect(clock.age()).toBe(10)
})

test('a late delivery does not set it back, a prompt one corrects it', () => {
  const { clock, pass } = clockAt(0)
  clock.observe(1_000)
  pass(500)
  clock.observe(1_100)
  expect(clock.now()).toBe(1_500)
  clock.observe(1_600)
  expect(clock.now()).toBe(1_600)
})

test('an offset is used for a minute', () => {
  const { clock, pass } = clockAt(0)
  clock.observe(10_000)
  pass(59_000)
  clock.observe(60_000)
  expect(clock.now()).toBe(69_000)
  pass(2_000)
  expect(clock.now()).toBe(62_000)
})

test('the second largest is used if the largest is too old, and the last one if all are', () => {
  const { clock, pass } = clockAt(0)
  clock.observe(10_000)
  pass(40_000)
  clock.observe(45_000)
  pass(21_000)
  expect(clock.now()).toBe(66_000)
  pass(60_000)
  expect(clock.now()).toBe(126_000)
  expect(clock.age()).toBe(81_000)
})

test('a consumer that falls behind through a hundred thousand deliveries keeps the largest', () => {
  const { clock, pass } = clockAt(0)
  clock.observe(1_000_000)
  for (let delivery = 0; delivery < 100_000; delivery += 1) {
    pass(0.5)
    clock.observe(1_000_000 + delivery / 4)
  }
  expect(clock.now()).toBe(1_050_000)
})

test('is not trusted before a live event was seen, nor if that is too long ago', () => {
  const { clock, pass } = clockAt(1_000)
  const trusted = trustedLogTime(clock)
  expect(trusted.now()).toBeUndefined()
  clock.observe(50_000)
  pass(offsetMillisecondsMax)
  expect(trusted.now()).toBe(50_000 + offsetMillisecondsMax)
  pass(1)
  expect(trusted.now()).toBeUndefined()
  clock.observe(90_000)
  expect(trusted.now()).toBe(90_000)
})
