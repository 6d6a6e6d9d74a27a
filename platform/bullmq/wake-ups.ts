// Wake-ups for orders, as BullMQ's delayed jobs. They are hints: whether and when one arrives changes no outcome, as the
// sweep finds what is due anyway. So none is ever waited for, none is tried twice, and without Redis they are dropped.
// Redis must run with `maxmemory-policy noeviction`, as BullMQ asks for.

import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { errorText } from '#domain/error-text.ts'
import type { Instant } from '#domain/values/instant.ts'
import { type Clock, systemClock } from '../clock.ts'
import { connectRedis, reconnectAfterMilliseconds, tellChanges } from '../redis/connect.ts'

export type WakeUps = {
  /** Lets one worker call `onDue` at `at` or within a second after it. Neither waits nor throws. */
  readonly schedule: (orderId: string, at: Instant) => void
  /** To be called at most once in a process. Rejections of `onDue` go to `warn` and have no other effect. */
  readonly start: (onDue: (orderId: string) => Promise<void>) => void
  /** Waits a bounded time for running jobs. */
  readonly close: () => Promise<void>
}

export type WakeUpsOptions = {
  readonly redisUrl: string
  readonly warn: (line: string) => void
  readonly clock?: Clock
}

/** Where the jobs are in Redis. */
export const wakeUpQueue = { name: 'wake-ups', prefix: 'holdfast' } as const
const { name: queueName, prefix } = wakeUpQueue
/** Wake-ups of an order within so much time are one. */
const bucketMilliseconds = 1_000
const addingMax = 1_000
const concurrency = 16
const closeMillisecondsMax = 10_000
const warnEveryMilliseconds = 60_000

export const createWakeUps = ({ redisUrl, warn, clock = systemClock }: WakeUpsOptions): WakeUps => {
  const sometimes = () => atMostOnceEvery(warnEveryMilliseconds, warn, clock)
  const warnOfDrop = sometimes()
  const producer = connectRedis(redisUrl, (line) => warn(`wake-ups: ${line}`))
  const queue = queueOnceReady(producer)
  let adding = 0
  let running: { readonly worker: Worker; readonly consumer: Redis } | undefined

  const drop = (reason: string): void => warnOfDrop(`wake-ups are dropped, the sweep comes later: ${reason}`)

  return {
    schedule: (orderId, at) => {
      if (producer.status !== 'ready') return drop('Redis is not there')
      if (adding === addingMax) return drop('Redis is slow')
      const due = Math.ceil(at / bucketMilliseconds) * bucketMilliseconds
      const job = { jobId: `${orderId}-${due}`, delay: Math.max(0, due - clock.now()), ...jobOptions }
      adding += 1
      queue()
        .add('wake-up', { orderId }, job)
        .catch((error: unknown) => drop(messageOf(error)))
        .finally(() => {
          adding -= 1
        })
    },
    start: (onDue) => {
      running ??= startWorker(redisUrl, onDue, { warn, warnOfError: sometimes(), warnOfFailure: sometimes() })
    },
    close: async () => {
      const closing = running?.worker.close().catch(() => {})
      await Promise.race([closing, sleep(closeMillisecondsMax, undefined, { ref: false })])
      running?.consumer.disconnect()
      producer.disconnect()
    },
  }
}

/**
 * A queue asks Redis for its version once, when it is created, and cannot be used if that fails. So it is created when Redis
 * is ready, and created again if Redis was lost at that moment.
 */
const queueOnceReady = (connection: Redis): (() => Queue) => {
  let queue: Queue | undefined
  return () => {
    if (queue !== undefined) return queue
    const made = new Queue(queueName, { connection, prefix })
    made.on('error', () => {})
    made.waitUntilReady().catch(() => {
      queue = undefined
    })
    queue = made
    return made
  }
}

const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true }

type Warn = (line: string) => void
type WorkerWarnings = { readonly warn: Warn; readonly warnOfError: Warn; readonly warnOfFailure: Warn }

const startWorker = (
  url: string,
  onDue: (orderId: string) => Promise<void>,
  { warn, warnOfError, warnOfFailure }: WorkerWarnings,
) => {
  // BullMQ's own rule: a worker's blocking read is never given up, it goes on when Redis is back.
  const consumer = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: reconnectAfterMilliseconds })
  tellChanges(consumer, (line) => warn(`wake-ups, worker: ${line}`))
  const worker = new Worker<{ readonly orderId: string }>(queueName, ({ data }) => onDue(data.orderId), {
    connection: consumer,
    prefix,
    concurrency,
  })
  worker.on('error', (error) => warnOfError(`wake-ups: ${error.message}`))
  worker.on('failed', (job, error) =>
    warnOfFailure(`wake-up of order ${job?.data.orderId ?? 'unknown'}: ${error.message}`),
  )
  return { worker, consumer }
}

const atMostOnceEvery = (milliseconds: number, warn: Warn, { monotonic }: Clock): Warn => {
  let quietUntil = Number.NEGATIVE_INFINITY
  return (line) => {
    if (monotonic() < quietUntil) return
    quietUntil = monotonic() + milliseconds
    warn(line)
  }
}

const messageOf = (error: unknown): string => errorText(error)
