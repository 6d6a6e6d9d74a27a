import Stripe from 'stripe'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { callLimits, createCalls } from './calls.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('a call that nobody waits for is not retried', async () => {
  let asked = 0
  const lose = async () => {
    asked += 1
    throw new Stripe.errors.StripeConnectionError({ message: 'lost', type: 'api_error' })
  }
  const calls = createCalls({ ...callLimits, callMillisecondsMax: 100, retryFirstMilliseconds: 1_000 }, () => {})
  const ended = expect(calls((call) => call(lose))).rejects.toMatchObject({ isTaskCancelledError: true })
  await vi.advanceTimersByTimeAsync(60_000)
  await ended
  expect(asked).toBe(1)
})
