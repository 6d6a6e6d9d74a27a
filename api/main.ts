// The API as a process. It needs its servers by URL; `npm start` starts them and this. SIGTERM and SIGINT stop it in
// order: no new requests, those under way finish, connections close.
import { randomUUID } from 'node:crypto'
import { Registry } from 'prom-client'
import { systemClock } from '#platform/clock.ts'
import { readConfig } from '#platform/config.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { createClockTicks } from '#platform/eventstore/clock-ticks.ts'
import { deriveKeys } from '#platform/keys.ts'
import { createLogger } from '#platform/logging.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { migrate } from '#platform/postgres/migrate.ts'
import { createPersonVault } from '#platform/postgres/person-vault.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { createSnapshots } from '#platform/postgres/snapshots.ts'
import { connectRedis } from '#platform/redis/connect.ts'
import { createFinishedAnswers, noFinishedAnswers } from '#platform/redis/finished-answers.ts'
import { requireServers, type ServerConfig } from '#platform/required.ts'
import { createStripeProvider } from '#platform/stripe/provider.ts'
import { createStripeEventReader } from '#platform/stripe/webhooks.ts'
import { pause, systemTimers } from '#platform/timers.ts'
import { checkpointPositions, createPositionWaiter } from '#projections/position-waiter.ts'
import { createApp } from './app.ts'
import { createAuthenticate, storefrontKey } from './auth/credential.ts'
import { readCredentials } from './auth/credentials-file.ts'
import { createVerifyStaffToken, type StaffTokenSource } from './auth/staff-token.ts'
import { createIdempotency } from './http/idempotency.ts'
import { createRequestMetrics } from './http/metrics.ts'
import { apiRoutes } from './routes.ts'
import { startServer } from './server.ts'
import { createOrderTokens } from './tokens/order-token.ts'
import { createReservationTokens } from './tokens/reservation-token.ts'
import { wireCatalogue } from './wiring/catalogue.ts'
import { createCommandPorts } from './wiring/command-ports.ts'
import { followLive } from './wiring/log-feed.ts'
import { wireOrderQueries } from './wiring/order-queries.ts'
import { wireOrders } from './wiring/orders.ts'
import { wireProducts } from './wiring/products.ts'
import { createReadiness } from './wiring/readiness.ts'
import { wireReservations } from './wiring/reservations.ts'
import { wireStock } from './wiring/stock.ts'
import { wireWebhooks } from './wiring/webhooks.ts'

const requestsMax = 10_000
const stopMilliseconds = 10_000

const logger = createLogger()
const warn = (line: string): void => logger.warn(line)

const stripeAddress = ({ apiKey, apiUrl }: ServerConfig['stripe']) => {
  if (apiUrl === undefined) return { apiKey }
  const { hostname, port, protocol } = new URL(apiUrl)
  const isPlain = protocol === 'http:'
  return {
    apiKey,
    host: hostname,
    port: Number(port || (isPlain ? 80 : 443)),
    protocol: isPlain ? 'http' : 'https',
  } as const
}

const staffTokenSource = (auth: ServerConfig['auth']): StaffTokenSource =>
  'jwksUrl' in auth
    ? { kind: 'jwks', url: new URL(auth.jwksUrl) }
    : { kind: 'secret', secret: new TextEncoder().encode(auth.jwtSecret) }

const start = async (): Promise<void> => {
  const config = requireServers(readConfig(process.env))
  const keys = deriveKeys(config.masterKey)
  const stopping = new AbortController()
  const client = connectEventStore(config.eventStoreUrl)
  const db = createDatabase(createPool({ url: config.databaseUrl, onError: (error) => warn(error.message) }))
  await migrate(db)
  const redis =
    config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, (error) => warn(error.message))
  const vault = createPersonVault({ db, keys, newId: randomUUID, monotonic: systemTimers.monotonic })

  const ports = createCommandPorts({
    client,
    config,
    provider: createStripeProvider(stripeAddress(config.stripe)),
    vault,
    snapshots: createSnapshots(db, warn),
    wakeUp: () => undefined,
    random: Math.random,
    warn,
  })
  const tick = createClockTicks({ client, log: ports.log, newId: randomUUID, actor: 'api' })
  const live = followLive(
    { client, clock: ports.logTime, terms: ports.terms, tick, wallClock: systemClock.now, warn },
    stopping.signal,
  )

  const orderTokens = createOrderTokens(keys.orderToken)
  const registry = new Registry()
  const productPorts = { ...ports, productTerms: ports.terms.read }
  const routes = apiRoutes({
    ...wireReservations(productPorts, db),
    ...wireStock(productPorts, db),
    ...wireProducts(ports),
    ...wireCatalogue(db),
    ...wireOrders(ports),
    ...wireOrderQueries(db, vault),
    ...wireWebhooks(ports, createStripeEventReader({ secret: config.stripe.webhookSecret, clock: systemClock })),
    ...createReadiness({
      logTime: ports.logTime,
      db,
      isStopping: () => stopping.signal.aborted,
      redis: redis && (() => redis.status === 'ready'),
    }),
    registry,
    reservationTokens: createReservationTokens(keys.reservationToken),
    orderTokens,
  })
  const credentials = await readCredentials(config.dataDir)
  const positionWaiter = createPositionWaiter({
    positions: () => checkpointPositions(db),
    wait: pause,
    now: systemTimers.monotonic,
  })
  const app = createApp(
    {
      authenticate: createAuthenticate({
        storefrontKeys: credentials === undefined ? [] : [storefrontKey('default', credentials.storefrontKey)],
        verifyStaffToken: createVerifyStaffToken(staffTokenSource(config.auth), systemClock.now),
      }),
      orderTokens,
      idempotency: createIdempotency(
        redis === undefined ? noFinishedAnswers : createFinishedAnswers({ redis }),
        keys.requestFingerprint,
      ),
      waitForPosition: positionWaiter,
      metrics: createRequestMetrics(registry),
      logger,
      newId: randomUUID,
      monotonic: systemTimers.monotonic,
      requestsMax,
    },
    routes,
  )
  const server = await startServer(app, { host: config.host, port: config.port })

  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return
    stopping.abort()
    await server.close(pause(stopMilliseconds))
    await live
    redis?.disconnect()
    await client.dispose()
    await db.destroy()
    logger.info('stopped')
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)))
  logger.info({ ready: true, url: server.url }, 'API ready')
}

start().catch((error: unknown) => {
  logger.fatal(error instanceof Error ? error.message : String(error))
  process.exit(1)
})
