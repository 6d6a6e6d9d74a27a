import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { errorText } from '#domain/error-text.ts'
import * as readModels from '#migrations/0001-read-models.ts'
import * as leases from '#migrations/0002-leases.ts'
import * as notices from '#migrations/0003-notices.ts'
import * as noticeObjects from '#migrations/0004-notice-objects.ts'
import * as invoices from '#migrations/0005-invoices.ts'
import * as reportedTransfers from '#migrations/0006-reported-transfers.ts'

// Brings the read database to this release's schema. Kysely takes an advisory lock of the whole transaction, so that
// several processes may start at once: one migrates, the others wait and find nothing to do.

/** In order; a name that has landed is never changed or removed. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-read-models': readModels,
  '0002-leases': leases,
  '0003-notices': notices,
  '0004-notice-objects': noticeObjects,
  '0005-invoices': invoices,
  '0006-reported-transfers': reportedTransfers,
}

/**
 * Returns the names of the migrations that ran. Throws one clear line when one fails; nothing of it stays then. `schema` is
 * where `db` has its unqualified names.
 */
export const migrate = async <Tables>(db: Kysely<Tables>, schema = 'public'): Promise<readonly string[]> => {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: schema,
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) {
    const failed = results.find(({ status }) => status === 'Error')?.migrationName
    const reason = errorText(error)
    throw new Error(`The database could not be migrated${failed ? ` (${failed})` : ''}: ${reason}`, { cause: error })
  }
  return results.map(({ migrationName }) => migrationName)
}
