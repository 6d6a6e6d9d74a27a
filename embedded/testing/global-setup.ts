// One Postgres and one Redis for a whole test run, each started when a test first asks for it. Test files run in
// processes of their own, so they ask over a loopback port, which this hands to them.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../postgres/start.ts'
import { startRedis } from '../redis/start.ts'

const redisDatabasesMax = 1_000

declare module 'vitest' {
  interface ProvidedContext {
    readonly testServers: string
  }
}

const setUp = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-test-'))
  const postgres = once(() => startPostgres({ dataDir: path.join(folder, 'postgres'), port: 0 }))
  const redis = once(() => startRedis({ dataDir: path.join(folder, 'redis'), port: 0, databases: redisDatabasesMax }))
  let given = 0
  const answers: Readonly<Record<string, () => Promise<object>>> = {
    '/database': async () => ({ url: await (await postgres.get()).createDatabase(`test_${given++}`) }),
    '/redis': async () => {
      const server = await redis.get()
      return 'unavailable' in server ? server : { url: `${server.url}/${given++}` }
    },
  }
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? (() => Promise.reject(new Error(`No test server ${request.url}.`)))
    answer().then(
      (found) => response.end(JSON.stringify(found)),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.')
  project.provide('testServers', `http://127.0.0.1:${address.port}`)

  return async () => {
    server.close()
    server.closeAllConnections()
    // A server that did not start was the failure of the test that asked for it.
    await Promise.allSettled([postgres.begun()?.then(({ stop }) => stop()), redis.begun()?.then(stopIfRunning)])
    await rm(folder, { recursive: true, force: true })
  }
}

type Once<T> = { readonly get: () => Promise<T>; readonly begun: () => Promise<T> | undefined }

const once = <T>(begin: () => Promise<T>): Once<T> => {
  let begun: Promise<T> | undefined
  return {
    get: () => {
      begun ??= begin()
      return begun
    },
    begun: () => begun,
  }
}

const stopIfRunning = async (redis: Awaited<ReturnType<typeof startRedis>>): Promise<void> => {
  if ('stop' in redis) await redis.stop()
}

export default setUp
