import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Redis } from 'ioredis'
import type { PrivateStack } from '#stack/private-stack.ts'

/** Kills one of the stack's own processes with SIGKILL. Resolves when its supervisor has started it again. */
export const killProcess = async ({ parts }: PrivateStack, name: string): Promise<void> => {
  const part = parts.get(name)
  const pid = part?.current().pid
  if (part === undefined || pid === undefined) throw new Error(`${name} is not a process of this stack`)
  const restarted = part.next()
  process.kill(pid, 'SIGKILL')
  await restarted
}

export const postgresFolder = (dataDir: string): string => path.join(dataDir, 'postgres', 'cluster')

/** The process id of Postgres's first process (postmaster). */
export const postgresPid = (dataDir: string): number => {
  const [pid] = readFileSync(path.join(postgresFolder(dataDir), 'postmaster.pid'), 'utf8').split('\n')
  return Number(pid)
}

/** Kills the first process of the embedded Postgres with SIGKILL; its other processes end when they notice. */
export const killPostgres = async ({ parts, dataDir }: PrivateStack): Promise<void> => {
  const restarted = parts.get('postgres')?.next()
  process.kill(postgresPid(dataDir), 'SIGKILL')
  await restarted
}

export type KillRedisOptions = {
  /** Delete all of its data first. */
  readonly wipe?: boolean
  /** Called when Redis has ended. The supervisor waits a moment before it starts it again, so this must not wait. */
  readonly beforeRestart?: () => void
}

/** Kills the embedded Redis with SIGKILL. Resolves when its supervisor has started it again. */
export const killRedis = async (
  { parts, addresses }: PrivateStack,
  { wipe = false, beforeRestart }: KillRedisOptions = {},
): Promise<void> => {
  const part = parts.get('redis')
  if (part === undefined) throw new Error('redis is not a part of this stack')
  const redis = new Redis(addresses.redisUrl ?? '')
  redis.on('error', () => undefined)
  const pid = /process_id:(\d+)/.exec(await redis.info('server'))?.[1]
  if (wipe) await redis.flushall()
  const restarted = part.next()
  const { exited } = part.current()
  process.kill(Number(pid), 'SIGKILL')
  redis.disconnect()
  await exited
  beforeRestart?.()
  await restarted
}
