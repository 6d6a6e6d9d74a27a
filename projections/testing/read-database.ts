import type { Kysely } from 'kysely'
import type pg from 'pg'
import { createTestDatabase } from '#embedded/testing/servers.ts'
import { createDatabase, type Database } from '#platform/postgres/database.ts'
import { migrate } from '#platform/postgres/migrate.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { createProjectionStore } from '#platform/postgres/projection-store.ts'
import type { LogEntry, Projection, ProjectionStore } from '../ports.ts'
import { createProjector } from '../projector.ts'

export type TestReadDatabase = {
  readonly url: string
  readonly pool: pg.Pool
  readonly db: Kysely<Database>
  readonly store: ProjectionStore
  /** Applies entries with a projector that starts from the checkpoint. */
  readonly project: (projection: Projection, entries: readonly LogEntry[]) => Promise<void>
}

/** A new migrated database on a real server. `db.destroy()` ends its connections. */
export const createReadDatabase = async (): Promise<TestReadDatabase> => {
  const onError = (error: Error): void => {
    throw error
  }
  const url = await createTestDatabase()
  const pool = createPool({ url, onError })
  const db = createDatabase(pool)
  await migrate(db)
  const store = createProjectionStore(pool)
  const project = async (projection: Projection, entries: readonly LogEntry[]): Promise<void> => {
    const projector = createProjector({ projections: [projection], store, now: () => 0 })
    await projector.start()
    projector.accept({ entries, position: undefined })
    while ((await projector.step()) === 'worked');
  }
  return { url, pool, db, store, project }
}
