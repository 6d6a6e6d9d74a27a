import path from 'node:path'
import { Redis } from 'ioredis'
import { startPostgres } from '#embedded/postgres/start.ts'
import { startRedis } from '#embedded/redis/start.ts'
import { showProgress } from '../reporting/progress.ts'
import { closable } from '../servers/closing.ts'
import { createFolder } from '../servers/folder.ts'
import type { RivalServers } from './rival.ts'

/** Makes Redis sync its append-only file before it answers a write, as Postgres does by default. */
const syncBeforeAnswer = async (redisUrl: string): Promise<void> => {
  const redis = new Redis(redisUrl)
  await redis.config('SET', 'appendfsync', 'always')
  redis.disconnect()
}

/** Starts one Postgres and one Redis for all rivals, in a folder that `stop` removes. */
export const startRivalServers = async (): Promise<RivalServers & { readonly stop: () => Promise<void> }> => {
  const { folder, remove } = await createFolder()
  const postgres = await startPostgres({ dataDir: path.join(folder, 'postgres'), port: 0 })
  const stopPostgres = closable(postgres.stop)
  const redis = await startRedis({ dataDir: path.join(folder, 'redis'), port: 0 })
  const stopRedis = 'unavailable' in redis ? undefined : closable(redis.stop)
  if ('unavailable' in redis) showProgress(redis.unavailable)
  else await syncBeforeAnswer(redis.url)
  return {
    postgresUrl: postgres.url,
    redisUrl: 'unavailable' in redis ? undefined : redis.url,
    stop: async () => {
      await stopRedis?.()
      await stopPostgres()
      await remove()
    },
  }
}
