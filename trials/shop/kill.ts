import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Redis } from 'ioredis'
import type { PrivateStack } from '#stack/private-stack.ts'

/** Kills a part that is one of our own processes with SIGKILL; resolves once its supervisor has it running again. */
export const killProcess = async ({ parts }: PrivateStack, name: string): Promise<void> => {
  const part = parts.get(name)
  const pid = part?.current().pid
  if (part === undefined || pid === undefined) throw new Error(`${name} is no process of this stack`)
  const back = part.next()
  process.kill(pid, 'SIGKILL')
  await back
}

/** The same for the embedded Postgres: its first process is killed, which leaves the rest to find that out. */
export const killPostgres = async ({ parts, dataDir }: PrivateStack): Promise<void> => {
  const [pid] = (await readFile(path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8')).split('\n')
  const back = parts.get('postgres')?.next()
  process.kill(Number(pid), 'SIGKILL')
  await back
}

/** Empties Redis, then kills it. */
export const wipeAndKillRedis = async ({ parts, addresses }: PrivateStack): Promise<void> => {
  const redis = new Redis(addresses.redisUrl ?? '')
  redis.on('error', () => undefined)
  const pid = /process_id:(\d+)/.exec(await redis.info('server'))?.[1]
  await redis.flushall()
  const back = parts.get('redis')?.next()
  process.kill(Number(pid), 'SIGKILL')
  redis.disconnect()
  await back
}
