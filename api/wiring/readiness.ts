import { sql } from 'kysely'
import type { LogClock } from '#commands/log-time.ts'
import { errorText } from '#domain/error-text.ts'
import type { ReadDatabase } from '#projections/tables.ts'
import type { HealthDependencies, ReadinessCheckView } from '../routes/operations/health.ts'

/** With an older log time a process cannot serve shoppers. */
const logTimeMillisecondsMax = 30_000

export type ReadinessPorts = {
  readonly logTime: Pick<LogClock, 'age'>
  readonly db: ReadDatabase
  readonly isStopping: () => boolean
  /** Whether Redis answers; undefined without Redis. A process is ready without it. */
  readonly redis: (() => boolean) | undefined
}

const databaseCheck = async (db: ReadDatabase): Promise<ReadinessCheckView> => {
  try {
    await sql`select 1`.execute(db)
    return { name: 'database', ready: true }
  } catch (error) {
    return { name: 'database', ready: false, detail: errorText(error) }
  }
}

const eventStoreCheck = (age: number | undefined): ReadinessCheckView => {
  if (age === undefined) return { name: 'event store', ready: false, detail: 'nothing was seen of the log yet' }
  if (age < logTimeMillisecondsMax) return { name: 'event store', ready: true }
  return { name: 'event store', ready: false, detail: `nothing was seen of the log for ${Math.round(age / 1_000)} s` }
}

const redisCheck = (redis: ReadinessPorts['redis']): ReadinessCheckView => {
  if (redis === undefined) return { name: 'redis', ready: true, detail: 'not used' }
  return redis()
    ? { name: 'redis', ready: true }
    : { name: 'redis', ready: true, detail: 'down: requests are slower without it' }
}

export const createReadiness = ({ logTime, db, isStopping, redis }: ReadinessPorts): HealthDependencies => ({
  readiness: async () => [
    { name: 'process', ready: !isStopping(), ...(isStopping() ? { detail: 'stopping' } : {}) },
    eventStoreCheck(logTime.age()),
    await databaseCheck(db),
    redisCheck(redis),
  ],
})
