import { expect, test } from 'vitest'
import type { HttpAnswer, HttpRequest } from './connections.ts'
import { retryUnavailable } from './retrying.ts'

const request: HttpRequest = { method: 'POST', path: '/v1/orders', headers: { 'idempotency-key': 'key' } }

const givenAnswers = (...answers: readonly HttpAnswer[]) => {
  const sent: HttpRequest[] = []
  const send = async (one: HttpRequest): Promise<HttpAnswer> =>
    answers[sent.push(one) - 1] ?? expect.fail('one request too many')
  return { sent, retrying: retryUnavailable({ send, close: () => {} }) }
}

test('given an answer 503, then the same request is sent again, and the answer is counted', async () => {
  const { sent, retrying } = givenAnswers({ status: 503, text: '' }, { status: 201, text: '{}' })
  expect(await retrying.send(request)).toEqual({ status: 201, text: '{}' })
  expect(sent).toEqual([request, request])
  expect(retrying.unavailableAnswers()).toBe(1)
})

test('given any other status, then the answer is final', async () => {
  const { sent, retrying } = givenAnswers({ status: 500, text: 'no' })
  expect(await retrying.send(request)).toEqual({ status: 500, text: 'no' })
  expect(sent).toHaveLength(1)
  expect(retrying.unavailableAnswers()).toBe(0)
})
