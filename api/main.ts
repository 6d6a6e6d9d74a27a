// The API process. It gets the URLs of its servers from the environment; `npm start` starts these servers and this process.
// SIGTERM and SIGINT stop it: it accepts no new requests, finishes those in progress, and closes its connections.

import type { RequestListener } from 'node:http'
import { Registry } from 'prom-client'
import { errorText } from '#domain/error-text.ts'
import { systemClock } from '#platform/clock.ts'
import { readConfig } from '#platform/config.ts'
import { type Crash, createCrash } from '#platform/crash-points.ts'
import { createClockTicks } from '#platform/eventstore/clock-ticks.ts'
import { newId } from '#platform/ids.ts'
import { deriveKeys } from '#platform/keys.ts'
import { createLogger } from '#platform/logging.ts'
import { createPaymentProviders } from '#platform/payment-providers.ts'
import { createPersonVault } from '#platform/postgres/person-vault.ts'
import { createSnapshots } from '#platform/postgres/snapshots.ts'
import { createFinishedAnswers, noFinishedAnswers } from '#platform/redis/finished-answers.ts'
import { createProductCards } from '#platform/redis/product-cards.ts'
import { requireServers, type ServerConfig } from '#platform/required.ts'
import { createStripeEventReader } from '#platform/stripe/webhooks.ts'
import { pause, systemTimers } from '#platform/timers.ts'
import { checkpointPositions, createPositionWaiter } from '#projections/position-waiter.ts'
import { readModels } from '#projections/read-models.ts'
import { createApp } from './app.ts'
import { createAuthenticate, storefrontKey } from './auth/credential.ts'
import { readCredentials } from './auth/credentials-file.ts'
import { createVerifyStaffToken, type StaffTokenSource } from './auth/staff-token.ts'
import { type Connections, connect } from './connections.ts'
import { createIdempotency } from './http/idempotency.ts'
import { createRequestMetrics } from './http/metrics.ts'
import type { Shell } from './http/pipeline.ts'
import { type ApiDependencies, apiRoutes } from './routes.ts'
import { startServer } from './server.ts'
import { createCommandPorts } from './wiring/command-ports.ts'
import { followLive } from './wiring/log-feed.ts'
import { createPortTimer } from './wiring/port-metrics.ts'
import { createReadModelLag } from './wiring/read-model-lag.ts'
import { wireUseCases } from './wiring/use-cases.ts'

const requestsMax = 5_000
const stopMilliseconds = 10_000
const { monotonic } = systemTimers

const logger = createLogger()
const warn = (line: string): void => logger.warn(line)

const staffTokenSource = (auth: ServerConfig['auth']): StaffTokenSource =>
  'jwksUrl' in auth
    ? { kind: 'jwks', url: new URL(auth.jwksUrl) }
    : { kind: 'secret', secret: new TextEncoder().encode(auth.jwtSecret) }

const createShell = async (
  config: ServerConfig,
  { db, redis }: Connections,
  { orderTokens, registry }: Pick<ApiDependencies, 'orderTokens' | 'registry'>,
): Promise<Shell> => {
  const credentials = await readCredentials(config.dataDir)
  const onBypass = (): void => warn('Redis does not answer: finished answers are not kept for a while')
  const answers = redis === undefined ? noFinishedAnswers : createFinishedAnswers({ redis, onBypass })
  const { requestFingerprint } = deriveKeys(config.masterKey)
  return {
    authenticate: createAuthenticate({
      storefrontKeys: credentials === undefined ? [] : [storefrontKey('default', credentials.storefrontKey)],
      verifyStaffToken: createVerifyStaffToken(staffTokenSource(config.auth), systemClock.now),
    }),
    orderTokens,
    idempotency: createIdempotency(answers, requestFingerprint),
    waitForPosition: createPositionWaiter({ positions: () => checkpointPositions(db), wait: pause, now: monotonic }),
    metrics: createRequestMetrics(registry),
    logger,
    newId,
    monotonic,
    requestsMax,
  }
}

type Process = { readonly stopping: AbortSignal; readonly crash: Crash | undefined }

const wire = (config: ServerConfig, { client, db, redis, wakeUps }: Connections, { stopping, crash }: Process) => {
  const keys = deriveKeys(config.masterKey)
  const vault = createPersonVault({ db, keys, newId, monotonic })
  const registry = new Registry()
  const ports = createCommandPorts({
    client,
    config,
    payments: createPaymentProviders({ config, db, warn }),
    vault,
    snapshots: createSnapshots(db, warn),
    wakeUp: (orderId, at) => wakeUps?.schedule(orderId, at),
    random: Math.random,
    crash,
    portTimer: createPortTimer(registry, monotonic),
    warn,
    alarm: (line) => logger.error(line),
  })
  const useCases = wireUseCases({
    ports,
    db,
    vault,
    keys,
    readStripeWebhook: createStripeEventReader({ secret: config.stripe.webhookSecret, clock: systemClock }),
    readiness: {
      logTime: ports.logTime,
      db,
      isStopping: () => stopping.aborted,
      redis: redis && (() => redis.status === 'ready'),
    },
    registry,
    cards: redis && createProductCards(redis),
  })
  const tick = createClockTicks({ client, log: ports.log, newId, actor: 'api' })
  const { logTime: clock, terms } = ports
  const lag = createReadModelLag({
    projections: readModels.map(({ name }) => name),
    positions: () => checkpointPositions(db),
    registry,
    logger,
    monotonic,
    pause,
  })
  const feed = { client, clock, terms, tick, wallClock: systemClock.now, heard: lag.heard, warn }
  const live = Promise.all([followLive(feed, stopping), lag.watch(stopping)])
  return { useCases, live }
}

/** Crash points: when a request has arrived, and just before its answer is sent. */
const crashing =
  (listener: RequestListener, crash: Crash): RequestListener =>
  (request, response) => {
    if (request.method !== 'GET') {
      crash('http.received')
      const { writeHead } = response
      response.writeHead = ((...head: readonly unknown[]) => {
        crash('http.replying')
        return Reflect.apply(writeHead, response, head)
      }) as typeof writeHead
    }
    listener(request, response)
  }

const start = async (): Promise<void> => {
  const config = requireServers(readConfig(process.env))
  const stopping = new AbortController()
  const crash = createCrash(process.env, (signal) => process.kill(process.pid, signal))
  const connections = await connect(config, warn)
  const { useCases, live } = wire(config, connections, { stopping: stopping.signal, crash })
  const shell = await createShell(config, connections, useCases)
  const app = createApp(shell, apiRoutes(useCases))
  const server = await startServer(crash ? crashing(app, crash) : app, { host: config.host, port: config.port })

  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return
    stopping.abort()
    await server.close(pause(stopMilliseconds))
    await live
    await connections.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())
  logger.info({ ready: true, url: server.url }, 'API ready')
}

start().catch((error: unknown) => {
  logger.fatal(errorText(error))
  process.exit(1)
})
