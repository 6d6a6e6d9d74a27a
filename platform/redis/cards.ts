// The cache of product cards. Goal: a card is read from Postgres once for many readers, Redis never holds more card bytes than
// its budget, and a Redis that is slow or down costs a reader a short wait at most. Method: one command for many cards, a
// script that stores them while the bytes stored lately are within the budget, and a circuit breaker around both.

import { circuitBreaker, handleAll, type IBreaker } from 'cockatiel'
import type { Redis } from 'ioredis'

export type CardCache<Card> = {
  /** The cached cards by sku. The caller reads the others, and keeps them. */
  readonly find: (skus: readonly string[]) => Promise<ReadonlyMap<string, Card>>
  /** Stores cards that were just read, unless one is stored already. Does not wait. */
  readonly keep: (cards: ReadonlyMap<string, Card>) => void
  /** After a change of these products. */
  readonly invalidate: (skus: readonly string[]) => Promise<void>
  /** Cache hits and misses since the start. */
  readonly counts: () => { readonly hits: number; readonly misses: number }
}

export type CardCacheOptions<Card> = {
  readonly redis: Pick<Redis, 'eval' | 'mget' | 'set'>
  /** The longest time that a card is shown after it was read, even if its invalidation was lost. */
  readonly ttlSeconds: number
  /** The bytes that all cards together may take, without their keys and the memory of Redis itself. */
  readonly bytesMax: number
  /** A card from its stored form; undefined for another shape, which counts as a miss. */
  readonly parse: (stored: unknown) => Card | undefined
}

const cardsMax = 100
const waitMillisecondsMax = 50
/** Failures within this of the one that counted belong to the same stall. */
const stallMilliseconds = 40
const failuresMax = 3
const pauseMilliseconds = 2_000

/** A slow reader may try to store a card that it read before an invalidation: for this time no card of that sku is stored. */
const invalidSeconds = 5
const invalidMark = ''

/**
 * A card lives for one TTL, so those alive were all kept in the current stretch of that length or in the one before: their
 * bytes are what the budget bounds. A key that is there stays as it is, be it a card or the mark of an invalidation.
 */
const keepScript = `
local ttl, bytesMax = tonumber(ARGV[1]), tonumber(ARGV[2])
local stretch = math.floor(redis.call('TIME')[1] / ttl)
local current, previous = KEYS[1] .. ':' .. stretch, KEYS[1] .. ':' .. (stretch - 1)
local spent = (redis.call('GET', current) or 0) + (redis.call('GET', previous) or 0)
local added = 0
for card = 2, #KEYS do
  local text = ARGV[card + 1]
  if spent + added + #text <= bytesMax and redis.call('SET', KEYS[card], text, 'NX', 'EX', ttl) then
    added = added + #text
  end
end
if added > 0 then
  redis.call('INCRBY', current, added)
  redis.call('EXPIRE', current, ttl * 2)
end
`

/** No function rejects: without Redis nothing is cached. */
export const createCardCache = <Card>(options: CardCacheOptions<Card>): CardCache<Card> => {
  const { redis, ttlSeconds, bytesMax, parse } = options
  let hits = 0
  let misses = 0
  const breaker = circuitBreaker(handleAll, { breaker: stallBreaker(), halfOpenAfter: pauseMilliseconds })
  const attempt = <T>(command: () => Promise<T>): Promise<T | undefined> =>
    breaker.execute(() => inTime(command)).catch(() => undefined)

  return {
    find: async (skus) => {
      const wanted = skus.slice(0, cardsMax)
      const texts = wanted.length === 0 ? [] : await attempt(() => redis.mget(wanted.map(keyOf)))
      const found = new Map<string, Card>()
      for (const [nth, sku] of wanted.entries()) {
        const card = readCard(texts?.[nth], parse)
        if (card !== undefined) found.set(sku, card)
      }
      hits += found.size
      misses += skus.length - found.size
      return found
    },
    keep: (cards) => {
      const entries = [...cards].slice(0, cardsMax)
      if (entries.length === 0) return
      const keys = ['card-bytes', ...entries.map(([sku]) => keyOf(sku))]
      const texts = entries.map(([, card]) => JSON.stringify(card))
      attempt(() => redis.eval(keepScript, keys.length, ...keys, ttlSeconds, bytesMax, ...texts))
    },
    invalidate: async (skus) => {
      await attempt(() => Promise.all(skus.map((sku) => redis.set(keyOf(sku), invalidMark, 'EX', invalidSeconds))))
    },
    counts: () => ({ hits, misses }),
  }
}

/**
 * Rejects where the answer is late. When this process itself stood still, the answer may be there, not read yet: the turn
 * of the loop in which the time ran out reads it first.
 */
const inTime = async <T>(command: () => Promise<T>): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => setImmediate(() => reject(new Error('late'))), waitMillisecondsMax)
  try {
    return await Promise.race([command(), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Opens after failures in a row. However many callers wait while Redis stalls, the stall is one failure. */
const stallBreaker = (): IBreaker => {
  let failures = 0
  let failedAt = Number.NEGATIVE_INFINITY
  return {
    state: undefined,
    success: () => {
      failures = 0
    },
    failure: () => {
      const now = performance.now()
      if (now - failedAt >= stallMilliseconds) {
        failures += 1
        failedAt = now
      }
      return failures >= failuresMax
    },
  }
}

const keyOf = (sku: string): string => `card:${sku}`

const readCard = <Card>(text: string | null | undefined, parse: CardCacheOptions<Card>['parse']): Card | undefined => {
  if (text === null || text === undefined || text === invalidMark) return undefined
  try {
    return parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
