// The worker process. Any number can run: leases in Postgres share the work. It needs the URLs of its servers; `npm start`
// starts those and this process. On SIGTERM and SIGINT it finishes the steps under way and closes.
import { randomUUID } from 'node:crypto'
import { errorText } from '#domain/error-text.ts'
import { createWakeUps } from '#platform/bullmq/wake-ups.ts'
import { systemClock } from '#platform/clock.ts'
import { readConfig } from '#platform/config.ts'
import { createCrash } from '#platform/crash-points.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { observeLog } from '#platform/eventstore/observe-log.ts'
import { createLogger } from '#platform/logging.ts'
import { createPaymentProviders } from '#platform/payment-providers.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { migrate } from '#platform/postgres/migrate.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { createPresence } from '#platform/postgres/presence.ts'
import { connectRedis } from '#platform/redis/connect.ts'
import { createProductCards } from '#platform/redis/product-cards.ts'
import { requireServers } from '#platform/required.ts'
import { pause } from '#platform/timers.ts'
import { loop } from './loop.ts'
import { createStatusReport } from './status-report.ts'
import { type Workers, wireWorkers } from './wiring.ts'

const secondsAnHour = 3_600
const tickRetryMilliseconds = 250

const logger = createLogger()
const warn = (line: string): void => logger.warn(line)

/** Nothing can be decided before log time is known. On an idle log it takes a tick to learn it. */
const untilLogTimeIsKnown = async ({ logTime, tick }: Workers, signal: AbortSignal): Promise<void> => {
  while (logTime.age() === undefined && !signal.aborted) {
    await tick(systemClock.now()).catch((error: unknown) => warn(`no tick: ${String(error)}`))
    await pause(tickRetryMilliseconds, signal)
  }
}

const start = async (): Promise<void> => {
  const config = requireServers(readConfig(process.env))
  const stopping = new AbortController()
  const { signal } = stopping
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())

  const pool = createPool({ url: config.databaseUrl, onError: (error) => warn(error.message) })
  const db = createDatabase(pool)
  await migrate(db)
  const presence = createPresence(pool, randomUUID())
  const client = connectEventStore(config.eventStoreUrl)
  const { redisUrl } = config
  const wakeUps = redisUrl === undefined ? undefined : createWakeUps({ redisUrl, warn })
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl, warn)
  const workers = wireWorkers({
    client,
    pool,
    db,
    presence,
    payments: createPaymentProviders({ config, db, warn }),
    manualConfirmSeconds: config.manualConfirmHours * secondsAnHour,
    wakeUp: (orderId, at) => wakeUps?.schedule(orderId, at),
    cards: redis && createProductCards(redis),
    crash: createCrash(process.env, (signal) => process.kill(process.pid, signal)),
    newId: randomUUID,
    random: Math.random,
    wallClock: systemClock.now,
    signal,
    warn,
    alarm: (line) => logger.error(line),
  })

  const failed = (worker: string, error: unknown): void => logger.error({ err: error, worker }, `${worker} failed`)
  const loops = [...workers.all, createStatusReport(workers.projector, logger)].map((worker) =>
    loop(worker, { pause, signal, random: Math.random, failed }),
  )
  // While the projector catches up it gets no live events, so ticks are observed on a subscription of their own.
  const { observe } = workers.logTime
  const heard = observeLog(client, {
    streamPrefixes: ['clock-'],
    observe: ({ created }, live) => {
      if (live) observe(created)
    },
    signal,
    warn,
  })
  await untilLogTimeIsKnown(workers, signal)
  wakeUps?.start(async (orderId) => void (await workers.drive(orderId)))
  if (!signal.aborted) logger.info({ ready: true }, 'workers ready')

  await Promise.all([...loops, heard])
  await wakeUps?.close()
  redis?.disconnect()
  await client.dispose()
  await presence.close()
  await db.destroy()
  logger.info('stopped')
}

start().then(
  () => process.exit(0),
  (error: unknown) => {
    logger.fatal(errorText(error))
    process.exit(1)
  },
)
