import { afterAll, expect, test } from 'vitest'
import { connectRedis } from './connect.ts'
import { createLimitRate } from './rate-limit.ts'

const redis = connectRedis('redis://127.0.0.1:1', () => undefined)
afterAll(() => redis.disconnect())

test('without Redis each process counts each credential by itself', async () => {
  const limitRate = createLimitRate(redis, 2)
  const given = []
  for (let index = 0; index < 4; index += 1) given.push(await limitRate('storefront:shop'))
  expect([...given, await limitRate('storefront:other')]).toEqual([undefined, undefined, 1, 1, undefined])
})
