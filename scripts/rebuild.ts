// `npm run rebuild -- NAME`: a read model from the log, beside the live one and in its place when both are equal.

import { once } from 'node:events'
import { feedOldUntil } from '#audit/rebuild/keep-old.ts'
import { rebuildReadModel } from '#audit/rebuild/rebuild.ts'
import { errorText } from '#domain/error-text.ts'
import { readConfig } from '#platform/config.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { type Follow, followLog } from '#platform/eventstore/follow-log.ts'
import { createDatabase } from '#platform/postgres/database.ts'
import { migrate } from '#platform/postgres/migrate.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { systemTimers } from '#platform/timers.ts'
import { type OpenStack, openStack } from '#stack/open-stack.ts'
import { usage, type Wanted, wantedOf } from './rebuild/options.ts'

/** Comparing large tables takes longer than any query of the platform may. */
const statementMilliseconds = 60 * 60_000

const say = (line: string): void => console.log(line)
const warn = (line: string): void => console.error(line)

const enterOrSignal = async (): Promise<void> => {
  const asked = (['SIGINT', 'SIGTERM'] as const).map((name) => once(process, name))
  await Promise.race(process.stdin.isTTY ? [...asked, once(process.stdin.resume(), 'data')] : asked)
  process.stdin.pause()
}

type Task = Extract<Wanted, { readonly keepOld: boolean }>

const rebuildAll = async (
  task: Task,
  { databaseUrl: url, eventStoreUrl }: OpenStack,
): Promise<'same' | 'different'> => {
  const pool = createPool({ url, statementMilliseconds, onError: (error) => warn(error.message) })
  const db = createDatabase(pool)
  const client = connectEventStore(eventStoreUrl)
  const follow: Follow = (after, signal) => followLog(client, { after, signal, warn })
  const databases = { url, pool, db }
  try {
    await migrate(db)
    const { monotonic } = systemTimers
    const swapped = []
    for (const projection of task.projections) {
      const outcome = await rebuildReadModel({ ...databases, ...task, projection, follow, monotonic, say })
      if (outcome === 'swapped') swapped.push(projection)
    }
    if (task.keepOld && swapped.length > 0) {
      say('The old tables are fed by this command until Enter or Ctrl-C, and dropped then.')
      const ended = new AbortController()
      void enterOrSignal().then(() => ended.abort())
      await Promise.all(swapped.map((projection) => feedOldUntil(ended.signal, { ...databases, projection, follow })))
      say('The old tables are dropped.')
    }
    return swapped.length === task.projections.length ? 'same' : 'different'
  } finally {
    await client.dispose()
    await db.destroy()
  }
}

const run = async (): Promise<number> => {
  const wanted = wantedOf(process.argv.slice(2))
  if ('help' in wanted) {
    console.log(usage)
    return 0
  }
  if ('problem' in wanted) throw new Error(wanted.problem)
  const stack = await openStack(readConfig(process.env))
  try {
    say(`Rebuilding on ${stack.description}.`)
    return (await rebuildAll(wanted, stack)) === 'same' ? 0 : 1
  } finally {
    await stack.stop()
  }
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(errorText(error))
    process.exit(1)
  },
)
