import { existsSync } from 'node:fs'
import path from 'node:path'
import { startPostgres } from '#embedded/postgres/start.ts'
import { freePort } from '#embedded/process/ports.ts'
import type { Config } from '#platform/config.ts'
import { startProcess } from './process.ts'
import { findStack } from './stack-file.ts'

export type OpenStack = {
  readonly eventStoreUrl: string
  readonly databaseUrl: string
  /** Of the payment simulator, if it is the provider and runs. */
  readonly paymentsUrl: string | undefined
  /** In one line, for people: what is being talked to. */
  readonly description: string
  /** Stops what was started here; what ran before goes on. */
  readonly stop: () => Promise<void>
}

type Part = { readonly url: string; readonly stop: () => Promise<void> }

const given = (url: string): Part => ({ url, stop: async () => {} })

/** What a tool does if the folder has no data: an import creates them, a tool that only reads fails. */
type WhenEmpty = 'make' | 'refuse'

/**
 * What a tool works on: servers that the environment names, else those of the stack that runs on the data folder, else an
 * event store node and a Postgres of its own over that folder, which end with `stop`.
 */
export const openStack = async (
  config: Pick<Config, 'dataDir' | 'eventStoreUrl' | 'databaseUrl'>,
  whenEmpty: WhenEmpty = 'refuse',
): Promise<OpenStack> => {
  const dataDir = path.resolve(config.dataDir)
  const running = findStack(dataDir)
  const eventStoreUrl = config.eventStoreUrl ?? running?.eventStoreUrl
  const databaseUrl = config.databaseUrl ?? running?.databaseUrl
  const eventStore = eventStoreUrl === undefined ? await startEventStore(dataDir, whenEmpty) : given(eventStoreUrl)
  try {
    const postgres = databaseUrl === undefined ? await startDatabase(dataDir, whenEmpty) : given(databaseUrl)
    return {
      eventStoreUrl: eventStore.url,
      databaseUrl: postgres.url,
      paymentsUrl: running?.paymentsUrl,
      description: describe(config, running !== undefined),
      stop: async () => {
        await eventStore.stop()
        await postgres.stop()
      },
    }
  } catch (error) {
    await eventStore.stop()
    throw error
  }
}

const requireData = (folder: string, whenEmpty: WhenEmpty): void => {
  if (whenEmpty === 'refuse' && !existsSync(folder))
    throw new Error(`There is no ${folder}: run npm start first, or set EVENTSTORE_URL and DATABASE_URL.`)
}

const startEventStore = async (dataDir: string, whenEmpty: WhenEmpty): Promise<Part> => {
  const folder = path.join(dataDir, 'eventstore')
  requireData(folder, whenEmpty)
  const port = await freePort()
  const { stop } = await startProcess({
    name: 'eventstore',
    script: 'embedded/eventstore/main.ts',
    args: ['--port', String(port), '--data', folder],
    environment: {},
    logDir: path.join(dataDir, 'logs'),
  })
  return { url: `esdb://127.0.0.1:${port}?tls=false`, stop }
}

const startDatabase = (dataDir: string, whenEmpty: WhenEmpty): Promise<Part> => {
  const folder = path.join(dataDir, 'postgres')
  requireData(folder, whenEmpty)
  return startPostgres({ dataDir: folder, port: 0 })
}

const describe = (
  { eventStoreUrl, databaseUrl, dataDir }: Pick<Config, 'dataDir' | 'eventStoreUrl' | 'databaseUrl'>,
  isRunning: boolean,
): string => {
  if (eventStoreUrl !== undefined && databaseUrl !== undefined) return 'the servers that the environment names'
  if (isRunning) return `the stack that runs on ${dataDir}`
  return `the data in ${dataDir}, on which no stack runs: started what it takes, for this command alone`
}
