import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { problems } from '../problems.ts'
import { createIdempotency, isReplayed, keyProblem } from './idempotency.ts'

describe('a key', () => {
  test.each(['0123456789abcdef', 'k'.repeat(128), '!"#$%&()*+,-./:;<=>?'])('%s is accepted', (key) => {
    expect(keyProblem(key)).toBeUndefined()
  })
  test.each(['', '0123456789abcde', 'k'.repeat(129), 'with a space 0123', 'é'.repeat(16), '0123456789abcdef\t'])(
    '%j is refused',
    (key) => {
      expect(keyProblem(key)?.code).toBe('invalid_idempotency_key')
    },
  )
})

test('successes and final refusals are kept for retries', () => {
  const codes = ['out_of_stock', 'expired', 'already_paid', 'invalid_reservation_token'] as const
  const passing = ['unauthenticated', 'forbidden', 'order_not_found', 'rate_limited', 'payment_in_progress'] as const
  const failing = ['internal_error', 'overloaded', 'outcome_unknown'] as const
  const replayed = (code: keyof typeof problems): boolean => isReplayed(problems[code].status, code)
  expect([isReplayed(200, undefined), isReplayed(201, undefined), ...codes.map(replayed)]).not.toContain(false)
  expect([...passing, ...failing].map(replayed)).not.toContain(true)
})

test('an unreadable value in Redis counts as no answer', async () => {
  const key = createSecretKey(Buffer.alloc(32, 7))
  const attempt = { commandId: 'a', fingerprint: 'b' }
  for (const text of ['', '{', 'null', '{"status":200}']) {
    const idempotency = createIdempotency({ find: async () => text, keep: () => undefined }, key)
    expect(await idempotency.find(attempt)).toBeUndefined()
  }
})
