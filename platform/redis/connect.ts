import { Redis } from 'ioredis'

const connectMillisecondsMax = 2_000
const commandMillisecondsMax = 1_000
const reconnectMillisecondsMax = 2_000
const reconnectStepMilliseconds = 100

/**
 * A connection that is retried for ever. While it is down each command fails at once: Redis is optional, so nothing queues for
 * it. Commands of one turn of the event loop are sent together. Callers handle rejected commands. `warn` receives one line when
 * the connection is lost and one when it is back.
 */
export const connectRedis = (url: string, warn: (line: string) => void): Redis => {
  const redis = new Redis(url, {
    commandTimeout: commandMillisecondsMax,
    connectTimeout: connectMillisecondsMax,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: reconnectAfterMilliseconds,
  })
  tellChanges(redis, warn)
  return redis
}

/** The waits grow, as each of many processes tries. */
export const reconnectAfterMilliseconds = (attempts: number): number =>
  Math.min(attempts * reconnectStepMilliseconds, reconnectMillisecondsMax)

/** Each failed attempt to connect is an error to ioredis; only changes are worth telling. */
export const tellChanges = (redis: Pick<Redis, 'on'>, warn: (line: string) => void): void => {
  let isLost = false
  redis.on('error', (error: Error) => {
    if (isLost) return
    isLost = true
    warn(`Redis is lost, going on without it: ${error.message === '' ? error.name : error.message}`)
  })
  redis.on('ready', () => {
    if (isLost) warn('Redis is back')
    isLost = false
  })
}
