import { afterAll, expect, test } from 'vitest'
import { createTestRedis } from '#embedded/testing/servers.ts'
import { connectRedis } from './connect.ts'
import { createFinishedAnswers } from './finished-answers.ts'
import { createLimitRate } from './rate-limit.ts'

// The adapters against a Redis of their own; where this machine has none, others test how they do without.

const place = await createTestRedis()
const url = 'url' in place ? place.url : 'redis://127.0.0.1:1'
const redis = connectRedis(url, () => undefined)
afterAll(() => redis.disconnect())

test.skipIf('unavailable' in place)('an answer that was kept is found, and forgotten after a day', async () => {
  await expect.poll(() => redis.status).toBe('ready')
  const answers = createFinishedAnswers({ redis })
  expect(await answers.find('a')).toBeUndefined()
  answers.keep('a', '{"text":"é"}')
  await expect.poll(() => answers.find('a')).toBe('{"text":"é"}')
  expect(await redis.ttl('answer:a')).toBeGreaterThan(86_000)
})

test.skipIf('unavailable' in place)('all processes count a credential together', async () => {
  await expect.poll(() => redis.status).toBe('ready')
  const [one, other] = [createLimitRate(redis, 2), createLimitRate(redis, 2)]
  expect([await one('shop'), await other('shop'), await one('shop'), await other('shop')]).toEqual([
    undefined,
    undefined,
    1,
    1,
  ])
})
