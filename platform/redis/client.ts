import { Redis } from 'ioredis'

const connectMsMax = 2_000
const commandMsMax = 1_000
const reconnectMsMax = 2_000
const reconnectStepMs = 100

export type RedisClientOptions = {
  readonly url: string
  /** What the connection is for, such as `cache`. */
  readonly purpose: string
  /** One line when Redis is lost, and one when it is back. */
  readonly warn: (line: string) => void
}

/**
 * A connection that is tried again for ever, and fails each command at once while there is none: Redis is an aid, so
 * nobody queues for it. Commands of one turn of the event loop go out together. A rejected command is its caller's to
 * handle.
 */
export const connectRedis = (options: RedisClientOptions): Redis => {
  const redis = new Redis(options.url, {
    commandTimeout: commandMsMax,
    connectTimeout: connectMsMax,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: reconnectAfterMs,
  })
  tellStates(redis, options)
  return redis
}

/** The waits grow, as each of many processes tries. */
export const reconnectAfterMs = (attempts: number): number => Math.min(attempts * reconnectStepMs, reconnectMsMax)

/** Of an address that is tried again every two seconds, only the changes are worth a line. */
export const tellStates = (
  redis: Pick<Redis, 'on'>,
  { purpose, warn }: Pick<RedisClientOptions, 'purpose' | 'warn'>,
): void => {
  let isLost = false
  let reason = 'the connection was closed'
  redis.on('error', (error: Error) => {
    reason = error.message === '' ? error.name : error.message
    if (isLost) return
    isLost = true
    warn(`Redis (${purpose}) is lost, going on without it: ${reason}`)
  })
  redis.on('ready', () => {
    if (isLost) warn(`Redis (${purpose}) is back`)
    isLost = false
  })
}
