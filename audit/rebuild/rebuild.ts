import type { Kysely } from 'kysely'
import type pg from 'pg'
import type { Follow } from '#platform/eventstore/follow-log.ts'
import type { Database } from '#platform/postgres/database.ts'
import { holdExclusively } from '#platform/postgres/exclusive.ts'
import { type Comparison, dropPrevious, dropRebuild, openRebuild, type Rebuild } from '#platform/postgres/rebuild.ts'
import type { Projection } from '#projections/ports.ts'
import { checkpointPositions } from '#projections/position-waiter.ts'
import { type Feeder, openFeeder } from './feeder.ts'
import { createProgress } from './progress.ts'

// One read model, blue/green: built from the log up to the live one, compared with it at one position, swapped.

/** A round that took no longer leaves so little that it can be caught up while the live read model waits. */
const roundMillisecondsMax = 1_000
/** Rounds after which the rebuild is as close as it gets: the live one moves on as fast as it is followed. */
const roundsMax = 20

export type Databases = { readonly url: string; readonly pool: pg.Pool; readonly db: Kysely<Database> }

export type RebuildOptions = Databases & {
  readonly projection: Projection
  readonly follow: Follow
  /** Goes on with one that was broken off, instead of beginning anew. */
  readonly resume: boolean
  /** Swaps although rows differ. */
  readonly swapAnyway: boolean
  readonly keepOld: boolean
  readonly monotonic: () => number
  readonly say: (line: string) => void
}

export type RebuildOutcome = 'swapped' | 'different'

/** The position of the live read model. Throws if nothing has been projected yet. */
export const livePosition = async (db: Kysely<Database>, { name }: Projection): Promise<bigint> => {
  const position = (await checkpointPositions(db)).get(name)
  if (position === undefined) throw new Error(`${name} is empty: no worker has projected anything into it yet.`)
  return position
}

/** `different`: the live rows are not what the log says, nothing was swapped, and the rebuilt tables are kept. */
export const rebuildReadModel = async (options: RebuildOptions): Promise<RebuildOutcome> => {
  const { projection, pool, db, resume } = options
  const release = await holdExclusively(pool, `rebuild ${projection.name}`)
  if (!release)
    throw new Error(`${projection.name} is being rebuilt by another command, or its old tables are fed by it.`)
  try {
    await livePosition(db, projection)
    if (!resume) await dropRebuild(pool, projection)
    const rebuild = await openRebuild(options)
    const feeder = await openFeeder({ ...options, store: rebuild.store })
    try {
      await build(options, feeder)
      return await compareAndSwap(options, rebuild, feeder)
    } finally {
      feeder.close()
    }
  } finally {
    await release()
  }
}

/** Feeds the rebuild until it stands close to the live read model, never past it. */
const build = async ({ projection, db, monotonic, say }: RebuildOptions, feeder: Feeder): Promise<void> => {
  const progress = createProgress({ name: projection.name, from: feeder.position() ?? 0n, monotonic, say })
  for (let round = 1; round <= roundsMax; round += 1) {
    const startedAt = monotonic()
    const target = await livePosition(db, projection)
    await feeder.advanceTo(target, (entries) => progress.fed(entries, feeder.position() ?? 0n, target))
    if (monotonic() - startedAt <= roundMillisecondsMax) break
  }
  progress.built()
}

const compareAndSwap = async (options: RebuildOptions, rebuild: Rebuild, feeder: Feeder): Promise<RebuildOutcome> => {
  const { projection, pool, swapAnyway, keepOld, say } = options
  const { name } = projection
  const comparison = await rebuild.compare(feeder.advanceTo)
  for (const line of comparisonLines(name, comparison)) say(line)
  if (comparison.differences.length > 0 && !swapAnyway) {
    say(`${name}: not swapped. To swap all the same: npm run rebuild -- ${name} --resume --swap-anyway`)
    return 'different'
  }
  // Left by a rebuild that was ended while it fed them; nobody does any more.
  await dropPrevious(pool, projection)
  await rebuild.swap(feeder.advanceTo)
  if (!keepOld) await dropPrevious(pool, projection)
  say(`${name}: swapped; the workers go on with the new tables${keepOld ? '' : ', and the old ones are dropped'}`)
  return 'swapped'
}

const comparisonLines = (name: string, { position, differences }: Comparison): readonly string[] => {
  if (differences.length === 0) return [`${name}: every row equals the live one at position ${position}`]
  return differences.flatMap(({ table, onlyLive, onlyRebuilt, examples }) => [
    `${name}: ${table} differs at position ${position}: ${onlyLive} rows only live, ${onlyRebuilt} only rebuilt`,
    ...examples.map((example) => `  ${example}`),
  ])
}
