import { Redis } from 'ioredis'

const connectTimeoutMs = 2_000
const retryMsMax = 2_000

/**
 * A connection that is tried again for ever, and fails each command at once while there is none: Redis is an aid here,
 * so nobody queues for it. Commands of one turn of the event loop go out together. Rejected commands are the caller's
 * to handle; `onError` hears of lost connections.
 */
export const connectRedis = (url: string, onError: (error: Error) => void): Redis => {
  const redis = new Redis(url, {
    connectTimeout: connectTimeoutMs,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempts) => Math.min(attempts * 100, retryMsMax),
  })
  redis.on('error', onError)
  return redis
}
