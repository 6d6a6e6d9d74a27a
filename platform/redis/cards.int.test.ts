import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { startRedis } from '#embedded/redis/start.ts'
import { createTestRedis } from '#embedded/testing/servers.ts'
import { pause } from '../timers.ts'
import { createCardCache } from './cards.ts'
import { connectRedis } from './connect.ts'

const server = await createTestRedis()

const cardSchema = z.strictObject({ sku: z.string(), price: z.int() })
type Card = z.infer<typeof cardSchema>
const parse = (stored: unknown): Card | undefined => cardSchema.safeParse(stored).data

const lamp = { sku: 'LAMP', price: 4_900 }
const mug = { sku: 'MUG', price: 1_200 }
const byteLength = Buffer.byteLength(JSON.stringify(lamp))
const cardsOf = (...cards: readonly Card[]) => new Map(cards.map((card) => [card.sku, card]))

const connected = async (url: string, warn: (line: string) => void = () => {}): Promise<Redis> => {
  const redis = connectRedis(url, warn)
  await expect.poll(() => redis.status).toBe('ready')
  return redis
}

const cacheOn = (redis: Redis, options: { ttlSeconds?: number; bytesMax?: number } = {}) =>
  createCardCache<Card>({ redis, ttlSeconds: 60, bytesMax: 1_000_000, parse, ...options })

describe.skipIf('unavailable' in server)('with Redis', () => {
  let redis: Redis

  beforeEach(async () => {
    redis = await connected('url' in server ? server.url : '')
    await redis.flushdb()
  })

  afterEach(() => redis.disconnect())

  const keptKeys = () => expect.poll(async () => (await redis.keys('card:*')).toSorted())

  test('stored cards are found and counted', async () => {
    const cache = cacheOn(redis)
    expect(await cache.find(['LAMP', 'MUG'])).toEqual(new Map())
    cache.keep(cardsOf(lamp, mug))
    await keptKeys().toEqual(['card:LAMP', 'card:MUG'])
    expect(await cache.find(['MUG', 'NOBODY', 'LAMP'])).toEqual(cardsOf(mug, lamp))
    expect(cache.counts()).toEqual({ hits: 2, misses: 3 })
  })

  test('cards expire', async () => {
    const cache = cacheOn(redis, { ttlSeconds: 60 })
    cache.keep(cardsOf(lamp))
    await keptKeys().toEqual(['card:LAMP'])
    expect(await redis.ttl('card:LAMP')).toBeGreaterThan(0)
    expect(await redis.ttl('card:LAMP')).toBeLessThanOrEqual(60)
    for (const key of await redis.keys('card-bytes:*')) expect(await redis.ttl(key)).toBeGreaterThan(0)
  })

  test('cards never take more than their budget', async () => {
    const cache = cacheOn(redis, { bytesMax: byteLength * 2 })
    cache.keep(cardsOf(lamp))
    await keptKeys().toEqual(['card:LAMP'])
    cache.keep(cardsOf({ ...lamp, sku: 'AAAA' }, { ...lamp, sku: 'BBBB' }))
    await keptKeys().toEqual(['card:AAAA', 'card:LAMP'])
  })

  test('a card larger than the budget is not stored, a smaller one after it is', async () => {
    const cache = cacheOn(redis, { bytesMax: byteLength })
    cache.keep(cardsOf({ sku: 'A'.repeat(byteLength), price: 1 }, lamp))
    await keptKeys().toEqual(['card:LAMP'])
  })

  test('a card that was read before an invalidation is not stored after it', async () => {
    const cache = cacheOn(redis)
    cache.keep(cardsOf(lamp))
    await keptKeys().toEqual(['card:LAMP'])
    await cache.invalidate(['LAMP'])
    cache.keep(cardsOf(lamp))
    // Commands of one connection are carried out in their order.
    expect(await cache.find(['LAMP'])).toEqual(new Map())
    expect(await redis.get('card:LAMP')).toBe('')
    expect(await redis.ttl('card:LAMP')).toBeLessThanOrEqual(5)
  })

  test('an answer that arrived while the process was paused is used', async () => {
    await redis.set('card:LAMP', JSON.stringify(lamp))
    const found = cacheOn(redis).find(['LAMP'])
    // Commands leave at the end of the turn.
    await new Promise((resolve) => setImmediate(resolve))
    const until = performance.now() + 200
    while (performance.now() < until);
    expect(await found).toEqual(cardsOf(lamp))
  })

  test.each(['{', '{"sku":"LAMP"}', '[]'])('what has another shape is a miss: %s', async (text) => {
    await redis.set('card:LAMP', text)
    const cache = cacheOn(redis)
    expect(await cache.find(['LAMP'])).toEqual(new Map())
    expect(cache.counts()).toEqual({ hits: 0, misses: 1 })
  })
})

describe.skipIf('unavailable' in server)('when Redis goes', () => {
  let dataDir: string

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-cards-'))
  })

  afterEach(() => rm(dataDir, { recursive: true, force: true }))

  const startOn = async (port: number) => {
    const started = await startRedis({ dataDir, port })
    if ('unavailable' in started) throw new Error(started.unavailable)
    return started
  }

  test('without Redis nothing is found and nothing rejects; once it is back, cards are found again', async () => {
    const lines: string[] = []
    const first = await startOn(0)
    const redis = await connected(first.url, (line) => lines.push(line))
    const cache = cacheOn(redis)
    cache.keep(cardsOf(lamp))
    await expect.poll(() => cache.find(['LAMP'])).toEqual(cardsOf(lamp))

    await first.stop()
    for (let nth = 0; nth < 5; nth += 1) expect(await cache.find(['LAMP'])).toEqual(new Map())
    cache.keep(cardsOf(mug))
    await cache.invalidate(['MUG'])
    await expect.poll(() => lines.length).toBe(1)

    const second = await startOn(first.port)
    await expect.poll(() => cache.find(['LAMP']), { timeout: 15_000 }).toEqual(cardsOf(lamp))
    expect(lines).toEqual([expect.stringMatching(/^Redis is lost, .+/), 'Redis is back'])
    redis.disconnect()
    await second.stop()
  })
})

test('the wait for a silent Redis is bounded; then it is not asked for a while', async () => {
  let asked = 0
  const silent = () => {
    asked += 1
    return new Promise<never>(() => {})
  }
  const cache = createCardCache<Card>({
    redis: { mget: silent, eval: silent, set: silent },
    ttlSeconds: 60,
    bytesMax: 1_000,
    parse,
  })
  for (let nth = 0; nth < 10; nth += 1) expect(await cache.find(['LAMP'])).toEqual(new Map())
  expect(asked).toBe(3)
})

test('a stall with many callers counts as one failure, and Redis is asked again after it', async () => {
  let asked = 0
  const mget = () => {
    asked += 1
    return asked <= 20 ? new Promise<never>(() => {}) : Promise.resolve([JSON.stringify(lamp)])
  }
  const silent = () => new Promise<never>(() => {})
  const redis = { mget, eval: silent, set: silent }
  const cache = createCardCache<Card>({ redis, ttlSeconds: 60, bytesMax: 1_000, parse })
  await Promise.all(Array.from({ length: 20 }, () => cache.find(['LAMP'])))
  expect(await cache.find(['LAMP'])).toEqual(cardsOf(lamp))
})

test('a silent Redis is not asked, even if new callers keep coming', async () => {
  let asked = 0
  const silent = () => {
    asked += 1
    return new Promise<never>(() => {})
  }
  const redis = { mget: silent, eval: silent, set: silent }
  const cache = createCardCache<Card>({ redis, ttlSeconds: 60, bytesMax: 1_000, parse })
  const finds: Promise<unknown>[] = []
  for (let nth = 0; nth < 100; nth += 1) {
    finds.push(cache.find(['LAMP']))
    await pause(5)
  }
  await Promise.all(finds)
  expect(asked).toBeLessThan(100)
})
