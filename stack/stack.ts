// The whole platform on one machine: embedded servers where no URL names a real one, then the API and the workers, each a
// process of its own, each started again when it dies. Stopping goes the other way round.

import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type Credentials, writeCredentials } from '#api/auth/credentials-file.ts'
import { signStaffToken } from '#api/auth/staff-token.ts'
import { errorText } from '#domain/error-text.ts'
import { startPostgres } from '#embedded/postgres/start.ts'
import { apiNodeFlags } from '#embedded/process/node-flags.ts'
import { freePort } from '#embedded/process/ports.ts'
import { startRedis } from '#embedded/redis/start.ts'
import type { Config } from '#platform/config.ts'
import { webhookEvents } from '#platform/stripe/webhooks.ts'
import { type ProcessOptions, startProcess } from './process.ts'
import { type StackSecrets, stackSecrets } from './secrets.ts'
import { findStack, removeStackFile, type StackAddresses, writeStackFile } from './stack-file.ts'
import { type Running, type Supervised, supervise } from './supervise.ts'
import { untilReady } from './until-ready.ts'

export type StackOptions = {
  readonly dataDir: string
  readonly config: Config
  /** The environment that `config` was read from, if it is not that of this process; the parts read it, too. */
  readonly environment?: Environment
  /** Of the first API; the others take free ones. 0: a free one. */
  readonly port: number
  readonly apis?: number
  readonly workers?: number
  /** Milliseconds that the payment simulator takes for each call. */
  readonly paymentLatencyMilliseconds?: number
  /** Where the API and the workers leave a CPU profile when they stop; none is taken without it. */
  readonly profileDir?: string
  /** Asked at each start of a part that is one of our processes: what it gets beside the rest, this time. */
  readonly environmentOf?: (part: string) => Environment
  /** One line of progress. */
  readonly say: (line: string) => void
  /** Aborted while parts are starting: no further one is, and those that run are stopped. */
  readonly signal?: AbortSignal
}

export type Stack = {
  readonly addresses: StackAddresses
  readonly credentials: Credentials
  /** By name: `eventstore`, `postgres`, `redis`, `payments`, `api-1`, `worker-1`, … */
  readonly parts: ReadonlyMap<string, Supervised<Running>>
  /** One more API or worker beside those that run, until it or the whole stack is stopped. */
  readonly startAnother: (role: Role) => Promise<Another>
  readonly stop: () => Promise<void>
}

type Role = 'api' | 'worker'
type Another = {
  /** Among the parts. */
  readonly name: string
  /** Of an API. */
  readonly url: string | undefined
  readonly stop: () => Promise<void>
}

/** On a machine of few cores shoppers go first: read models may lag in a rush, reservations must not. */
const workerNiceness = 5
const credentialSeconds = 10 * 365 * 86_400
const redisAttentionOnce = 'Without Redis everything works, slower.'

type Signalled = { readonly signal: AbortSignal }

type Starter = {
  readonly add: (name: string, start: () => Promise<Running>) => Promise<Running>
  readonly process: (options: Omit<ProcessOptions, 'logDir'>) => Promise<Running>
}
type Environment = Readonly<Record<string, string>>

const startEventStore = async (starter: Starter, dataDir: string): Promise<string> => {
  const port = await freePort()
  const args = ['--port', String(port), '--data', path.join(dataDir, 'eventstore')]
  const script = 'embedded/eventstore/main.ts'
  await starter.process({ name: 'eventstore', script, args, environment: {} })
  return `esdb://127.0.0.1:${port}?tls=false`
}

const startDatabase = async (starter: Starter, dataDir: string): Promise<string> => {
  const port = await freePort()
  let url = ''
  await starter.add('postgres', async () => {
    const postgres = await startPostgres({ dataDir: path.join(dataDir, 'postgres'), port })
    url = postgres.url
    return postgres
  })
  return url
}

const startCache = async (
  starter: Starter,
  dataDir: string,
  say: (line: string) => void,
): Promise<string | undefined> => {
  const port = await freePort()
  const first = await startRedis({ dataDir: path.join(dataDir, 'redis'), port })
  if ('unavailable' in first) {
    say(`${first.unavailable} ${redisAttentionOnce}`)
    return undefined
  }
  let started: Running | undefined = first
  await starter.add('redis', async () => {
    const again = started ?? (await startRedis({ dataDir: path.join(dataDir, 'redis'), port }))
    started = undefined
    if ('unavailable' in again) throw new Error(again.unavailable)
    return again
  })
  return first.url
}

const startPayments = async (
  starter: Starter,
  options: StackOptions,
  secrets: StackSecrets,
  apiUrl: string,
): Promise<string> => {
  const port = await freePort()
  const args = [
    '--port',
    String(port),
    '--data',
    path.join(options.dataDir, 'payments'),
    '--webhook-url',
    `${apiUrl}/webhooks/stripe`,
    '--webhook-events',
    webhookEvents.join(','),
    '--latency-ms',
    String(options.paymentLatencyMilliseconds ?? 0),
  ]
  const { paymentKey, webhookSecret } = secrets
  const environment = { PAYMENT_SIMULATOR_KEY: paymentKey, PAYMENT_SIMULATOR_WEBHOOK_SECRET: webhookSecret }
  await starter.process({ name: 'payments', script: 'embedded/payments/main.ts', args, environment })
  return `http://127.0.0.1:${port}`
}

const credentialsOf = async (dataDir: string, jwtSecret: string): Promise<Credentials> => {
  const secret = new TextEncoder().encode(jwtSecret)
  const issuedAt = Date.now()
  const life = { issuedAt, expiresAt: issuedAt + credentialSeconds * 1_000 }
  const credentials = {
    storefrontKey: `sf_${Buffer.from(await crypto.subtle.digest('SHA-256', secret)).toString('base64url')}`,
    staffToken: await signStaffToken(secret, { subject: 'local-staff', role: 'staff', ...life }),
    adminToken: await signStaffToken(secret, { subject: 'local-admin', role: 'admin', ...life }),
  }
  await writeCredentials(dataDir, credentials)
  return credentials
}

const apiPorts = async (first: number, count: number): Promise<readonly number[]> => {
  const others = await Promise.all(Array.from({ length: count - 1 }, () => freePort()))
  return [first === 0 ? await freePort() : first, ...others]
}

const optional = (name: string, value: string | undefined): Environment =>
  value === undefined ? {} : { [name]: value }

const makeFolder = (dataDir: string): void => {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : String(error)
    throw new Error(`${dataDir} cannot be used as the data folder (${reason}): set HOLDFAST_DATA_DIR to another.`)
  }
}

/** Starts every part, or stops what it started and rejects with one clear line. */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const dataDir = path.resolve(options.dataDir)
  const { signal = new AbortController().signal } = options
  if (findStack(dataDir)) throw new Error(`A stack runs on ${dataDir} already: stop it, or set HOLDFAST_DATA_DIR.`)
  makeFolder(dataDir)
  const parts = new Map<string, Supervised<Running>>()
  const starter: Starter = {
    add: async (name, start) => {
      signal.throwIfAborted()
      try {
        const part = await supervise(name, start, options.say)
        parts.set(name, part)
        return part.current()
      } catch (error) {
        throw new Error(`${name} did not start: ${errorText(error)}`)
      }
    },
    process: (part) =>
      starter.add(part.name, () => {
        const environment = { ...part.environment, ...options.environmentOf?.(part.name) }
        return startProcess({ ...part, environment, logDir: path.join(dataDir, 'logs') })
      }),
  }
  const stop = async (): Promise<void> => {
    for (const part of [...parts.values()].reverse()) await part.stop()
    removeStackFile(dataDir)
  }
  try {
    const secrets = stackSecrets(dataDir)
    const { addresses, credentials, start } = await startParts({ ...options, dataDir, signal }, secrets, starter)
    writeStackFile(dataDir, addresses)
    const startAnother = async (role: Role): Promise<Another> => {
      const count = [...parts.keys()].filter((name) => name.startsWith(`${role}-`)).length
      const name = `${role}-${count + 1}`
      const port = role === 'api' ? await freePort() : undefined
      await start(name, port)
      const url = port === undefined ? undefined : apiUrl(port)
      if (url !== undefined) await untilReady(url, signal)
      const stopPart = async (): Promise<void> => {
        await parts.get(name)?.stop()
        parts.delete(name)
      }
      return { name, url, stop: stopPart }
    }
    return { addresses, credentials, parts, startAnother, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Node writes a profile as the process ends. */
const profiling = (profileDir: string | undefined): readonly string[] =>
  profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]

const apiUrl = (port: number): string => `http://127.0.0.1:${port}`

/** Starts one of the processes of the platform: with a port it is an API, without one a worker. */
type StartProcess = (name: string, port?: number) => Promise<Running>

const processStarter =
  (starter: Starter, environment: Environment, profileDir: string | undefined): StartProcess =>
  (name, port) => {
    const nodeArgs = profiling(profileDir)
    return starter.process(
      port === undefined
        ? { name, script: 'workers/main.ts', nodeArgs, environment, niceness: workerNiceness }
        : {
            name,
            script: 'api/main.ts',
            nodeArgs: [...apiNodeFlags, ...nodeArgs],
            environment: { ...environment, PORT: String(port) },
          },
    )
  }

/** Waits for all of them, so that a part that starts while another one fails is known, and can be stopped. */
const allStarted = async <Part>(starting: ReadonlyArray<Part | Promise<Part>>): Promise<readonly Part[]> => {
  await Promise.allSettled(starting)
  return Promise.all(starting)
}

const startParts = async (options: StackOptions & Signalled, secrets: StackSecrets, starter: Starter) => {
  const { dataDir, config, say, signal } = options
  const ports = await apiPorts(options.port, options.apis ?? 1)
  const apiUrls = ports.map(apiUrl)
  say('starting event store, Postgres and Redis …')
  const servers = [
    config.eventStoreUrl ?? startEventStore(starter, dataDir),
    config.databaseUrl ?? startDatabase(starter, dataDir),
    config.redisUrl ?? startCache(starter, dataDir, say),
  ] as const
  await allStarted(servers)
  const [eventStoreUrl, databaseUrl, redisUrl] = await Promise.all(servers)
  const paymentsUrl = config.stripe ? undefined : await startPayments(starter, options, secrets, apiUrls[0] ?? '')
  const jwtSecret = config.auth && 'jwtSecret' in config.auth ? config.auth.jwtSecret : secrets.jwtSecret
  const credentials = await credentialsOf(dataDir, jwtSecret)
  const environment: Environment = {
    ...options.environment,
    HOLDFAST_DATA_DIR: dataDir,
    EVENTSTORE_URL: eventStoreUrl,
    DATABASE_URL: databaseUrl,
    ...optional('REDIS_URL', redisUrl),
    ...optional('STRIPE_API_URL', paymentsUrl),
    ...(config.stripe ? {} : { STRIPE_API_KEY: secrets.paymentKey, STRIPE_WEBHOOK_SECRET: secrets.webhookSecret }),
    ...(config.masterKey ? {} : { MASTER_KEY: secrets.masterKey }),
    ...(config.auth ? {} : { AUTH_JWT_SECRET: secrets.jwtSecret }),
  }
  say('starting workers and API …')
  const start = processStarter(starter, environment, options.profileDir)
  for (let index = 1; index <= (options.workers ?? 1); index += 1) await start(`worker-${index}`)
  await allStarted(ports.map((port, index) => start(`api-${index + 1}`, port)))
  await Promise.all(apiUrls.map((url) => untilReady(url, signal)))
  const addresses: StackAddresses = {
    pid: process.pid,
    apiUrls,
    eventStoreUrl,
    databaseUrl,
    ...(redisUrl === undefined ? {} : { redisUrl }),
    ...(paymentsUrl === undefined ? {} : { paymentsUrl }),
  }
  return { addresses, credentials, start }
}
