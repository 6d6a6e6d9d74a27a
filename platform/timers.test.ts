import { expect, test } from 'vitest'
import { pause, within } from './timers.ts'

const never = new Promise<never>(() => undefined)

test('a pause ends with its signal, even if that was aborted before', async () => {
  const controller = new AbortController()
  const pausing = pause(60_000, controller.signal)
  controller.abort()
  await pausing
  await pause(60_000, controller.signal)
})

test('the wait for work without an answer is bounded', async () => {
  await expect(within(1, 'the database', never)).rejects.toThrow('the database gave no answer within 1 ms')
})

test('work that ends in time gives its own answer, or its own error', async () => {
  expect(await within(60_000, 'the database', Promise.resolve(7))).toBe(7)
  await expect(within(60_000, 'the database', Promise.reject(new Error('gone')))).rejects.toThrow('gone')
})
