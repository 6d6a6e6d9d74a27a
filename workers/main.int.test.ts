// The worker process: it becomes ready once log time is known, feeds the read models, and ends cleanly.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startEventStoreNode } from '#embedded/eventstore/node.ts'
import { createTestDatabase, createTestRedis } from '#embedded/testing/servers.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { checkpointPositions } from '#projections/position-waiter.ts'
import { readModels } from '#projections/read-models.ts'

const script = fileURLToPath(new URL('./main.ts', import.meta.url))

type Started = { readonly child: ChildProcess; readonly lines: string[] }

const startWorkers = (environment: Readonly<Record<string, string>>): Started => {
  const child = spawn(process.execPath, [script], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return { child, lines }
}

const isReady = (line: string): boolean => 'ready' in JSON.parse(line)

const given = {
  MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  AUTH_JWT_SECRET: 'a secret of a test that is long enough',
  STRIPE_API_KEY: 'sk_test_workers',
  STRIPE_WEBHOOK_SECRET: 'whsec_workers',
  // Nothing is paid in these tests, so no provider has to answer.
  STRIPE_API_URL: 'http://127.0.0.1:1',
}

const environmentOf = async (eventStoreUrl: string, databaseUrl: string) => {
  const redis = await createTestRedis()
  return {
    ...given,
    EVENTSTORE_URL: eventStoreUrl,
    DATABASE_URL: databaseUrl,
    ...('url' in redis ? { REDIS_URL: redis.url } : {}),
  }
}

test('two processes become ready on empty servers, feed every read model, and end on a signal', async () => {
  const node = await startEventStoreNode({ dataDir: 'memory', port: 0 })
  const client = EventStoreDBClient.connectionString(node.connectionString)
  const databaseUrl = await createTestDatabase()
  const db = createDatabase(createPool({ url: databaseUrl, onError: () => undefined }))
  onTestFinished(async () => {
    await db.destroy()
    await client.dispose()
    await node.stop()
  })
  const environment = await environmentOf(node.connectionString, databaseUrl)
  const started = [startWorkers(environment), startWorkers(environment)]
  await vi.waitUntil(() => started.every(({ lines }) => lines.some(isReady)), { timeout: 30_000 })

  const ticks: bigint[] = []
  for await (const page of createEventLog(client).read('clock-main', 0))
    ticks.push(...page.map(({ position }) => position))
  const [first] = ticks
  if (first === undefined) throw new Error('nobody ticked')
  await vi.waitUntil(
    async () => {
      const positions = [...(await checkpointPositions(db)).values()]
      return positions.length === readModels.length && positions.every((position) => position >= first)
    },
    { timeout: 20_000 },
  )
  for (const { child } of started) child.kill('SIGTERM')
  const exits = await Promise.all(
    started.map(({ child }) => child.exitCode ?? once(child, 'exit').then(([code]) => code)),
  )
  expect(exits).toEqual([0, 0])
})

test('without the URLs of its servers it says in one line which to set', async () => {
  const { child, lines } = startWorkers({})
  const [code] = await once(child, 'exit')
  await vi.waitUntil(() => lines.length > 0)
  expect(code).toBe(1)
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([expect.stringContaining('Set MASTER_KEY, EVENTSTORE_URL')])
})
