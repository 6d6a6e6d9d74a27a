import { expect, test } from 'vitest'
import { answerKeptMilliseconds, fingerprintOf, judge, type StoredAnswer } from './idempotency.ts'

const stored: StoredAnswer = {
  endpoint: 'POST /v1/payment_intents',
  fingerprint: 'same',
  requestId: 'req_1',
  status: 500,
  body: '{}',
  at: 1_700_000_000_000,
}

const again = { key: 'key-1', endpoint: stored.endpoint, fingerprint: 'same', at: stored.at + 1 }

test('a new key executes', () => {
  expect(judge(undefined, again)).toEqual({ kind: 'execute' })
})

test('the same call is replayed, even a 500', () => {
  expect(judge(stored, again)).toEqual({ kind: 'replay', answer: stored })
})

test('other parameters, or another endpoint, are an idempotency error', () => {
  const error = { kind: 'refused', refusal: { status: 400, type: 'idempotency_error' } }
  expect(judge(stored, { ...again, fingerprint: 'other' })).toMatchObject(error)
  expect(judge(stored, { ...again, endpoint: 'POST /v1/refunds' })).toMatchObject(error)
})

test('a key is forgotten after 24 hours, not before', () => {
  expect(judge(stored, { ...again, at: stored.at + answerKeptMilliseconds - 1 }).kind).toBe('replay')
  expect(judge(stored, { ...again, at: stored.at + answerKeptMilliseconds }).kind).toBe('execute')
})

test('values, names and nesting of parameters matter, their order does not', () => {
  const first = fingerprintOf({ amount: '1', metadata: { a: '1', b: '2' } })
  expect(fingerprintOf({ metadata: { b: '2', a: '1' }, amount: '1' })).toBe(first)
  expect(fingerprintOf({ amount: '1', metadata: { a: '1', b: '3' } })).not.toBe(first)
  expect(fingerprintOf({ amount: '1', metadata: { a: '1' }, b: '2' })).not.toBe(first)
})
