import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Redis as Client } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startInKilledProcess, takePort, untilNotListening } from '../testing/processes.ts'
import { createTestRedis } from '../testing/servers.ts'
import { type Machine, redisBinary, thisMachine } from './binary.ts'
import { type Redis, type RedisOptions, startRedis } from './start.ts'

let dataDir = ''
const running: Redis[] = []

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-redis-'))
})

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
  await rm(dataDir, { recursive: true, force: true })
})

const start = async (options: Partial<RedisOptions> = {}): Promise<Redis> => {
  const redis = await startRedis({ dataDir, port: 0, ...options })
  if ('unavailable' in redis) throw new Error(redis.unavailable)
  running.push(redis)
  return redis
}

const withClient = async <T>(url: string, use: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client(url)
  try {
    return await use(client)
  } finally {
    client.disconnect()
  }
}

const here = await redisBinary(thisMachine())

test.skipIf('unavailable' in here)('keys outlive a restart', async () => {
  const first = await start()
  await withClient(first.url, (client) => client.set('kept', '1'))
  await first.stop()
  const second = await start()
  expect(await withClient(second.url, (client) => client.get('kept'))).toBe('1')
})

test.skipIf('unavailable' in here)('a folder is served by one Redis: the second start is refused', async () => {
  const first = await start()
  await expect(start()).rejects.toThrow(`${dataDir} is in use by the Redis on port ${first.port}`)
  await first.stop()
  await start()
})

test.skipIf('unavailable' in here)('nothing is evicted, and writes go to disk every second', async () => {
  const { url } = await start()
  const settings = ['maxmemory-policy', 'appendonly', 'appendfsync', 'bind']
  const values = await withClient(url, (client) => Promise.all(settings.map((name) => client.config('GET', name))))
  expect(values).toEqual([
    ['maxmemory-policy', 'noeviction'],
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
    ['bind', '127.0.0.1'],
  ])
})

test.skipIf('unavailable' in here)('the server ends when its parent process ends or is killed', async () => {
  await untilNotListening(await startInKilledProcess('redis', dataDir))
})

test.skipIf('unavailable' in here)('a taken port is named', async () => {
  const { port, release } = await takePort()
  await expect(start({ port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`)
  await release()
})

test.skipIf('unavailable' in here)('each test run has databases of its own', async () => {
  const urls = await Promise.all([createTestRedis(), createTestRedis()])
  const [one = '', two = ''] = urls.map((answer) => ('url' in answer ? answer.url : ''))
  await withClient(one, (client) => client.set('key', '1'))
  expect(await withClient(two, (client) => client.get('key'))).toBeNull()
})

test('if Redis is missing and cannot be installed, a line names the consequence and the command to type', async () => {
  const machine: Machine = { folders: [dataDir], install: undefined }
  expect(await startRedis({ dataDir, port: 0 }, machine)).toEqual({
    unavailable: expect.stringMatching(/^No Redis: .+ slower\. Install redis-server \(.+\), or set REDIS_URL\.$/),
  })
})

test('a failed installation is reported in one line', async () => {
  const install = () => Promise.reject(new Error('Command failed\nE: Unable to locate package redis-server\n'))
  expect(await redisBinary({ folders: [dataDir], install })).toEqual({
    unavailable: expect.stringMatching(/^No Redis: .+ failed \(E: Unable to locate package redis-server\): .+$/),
  })
})

test('a missing server is installed, once', async () => {
  let installed = 0
  const program = path.join(dataDir, 'redis-server')
  const install = async (): Promise<void> => {
    installed += 1
    await writeFile(program, '', { mode: 0o755 })
  }
  expect(await redisBinary({ folders: [dataDir], install })).toEqual({ program })
  expect(await redisBinary({ folders: [dataDir], install })).toEqual({ program })
  expect(installed).toBe(1)
})
