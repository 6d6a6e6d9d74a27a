import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'

/** Counts one request of a credential. Undefined if it is allowed, else the seconds after which to retry. */
export type LimitRate = (credentialId: string) => Promise<number | undefined>

/** Requests per credential and second, over all API processes; without Redis each process counts for itself. */
export const createLimitRate = (redis: Redis, requestsPerSecond: number): LimitRate => {
  const limits = { keyPrefix: 'rate', points: requestsPerSecond, duration: 1 }
  const limiter = new RateLimiterRedis({
    ...limits,
    storeClient: redis,
    insuranceLimiter: new RateLimiterMemory(limits),
    // Far past the limit a process answers from its own memory.
    inMemoryBlockOnConsumed: requestsPerSecond * 2,
    inMemoryBlockDuration: 1,
  })
  return async (credentialId) => {
    try {
      await limiter.consume(credentialId)
      return undefined
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000))
      throw refusal
    }
  }
}
