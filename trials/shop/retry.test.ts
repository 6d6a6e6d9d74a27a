import { expect, test } from 'vitest'
import type { Answer } from './caller.ts'
import { eventually, untilFinalAnswer } from './retry.ts'

const numbersFrom = (first: number) => {
  let next = first
  return async () => next++
}

test('given a value that changes, when it is polled, then the first accepted value is returned', async () => {
  expect(await eventually(numbersFrom(1), (number) => number > 3, { intervalMilliseconds: 0 })).toBe(4)
})

test('given a value that is never accepted, when the time is over, then the error names the last value', async () => {
  const polling = eventually(
    async () => 'pending',
    () => false,
    { millisecondsMax: 0, intervalMilliseconds: 0 },
  )
  await expect(polling).rejects.toThrow('not reached within 0 s; the last result was "pending"')
})

test('given an attempt that rejects, when it is polled, then that error ends the polling', async () => {
  const failing = async (): Promise<number> => {
    throw new Error('no such order')
  }
  await expect(eventually(failing, () => false)).rejects.toThrow('no such order')
})

test('given answers that are not final, when a request is sent, then it is sent again until one is', async () => {
  const answer = (status: number, body: object): Answer => ({ status, body, headers: new Headers() })
  const answers = [
    () => Promise.reject(new Error('socket hang up')),
    async () => answer(503, { code: 'unavailable' }),
    async () => answer(409, { code: 'payment_in_progress' }),
    async () => answer(200, { status: 'pending' }),
    async () => answer(200, { status: 'confirmed' }),
  ]
  const seen: unknown[] = []
  const send = () => answers.shift()?.() ?? Promise.reject(new Error('sent once too often'))
  const final = await untilFinalAnswer(send, (one) => void seen.push(one === 'connection lost' ? one : one.status))
  expect(final.body).toEqual({ status: 'confirmed' })
  expect(seen).toEqual(['connection lost', 503, 409, 200, 200])
})
