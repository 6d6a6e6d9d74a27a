import type { Kysely } from 'kysely'

/**
 * Who does what only one worker at a time should do. `token` counts the holders: what a former holder still writes under
 * its own is refused. `position` is how far in the log the work has got.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('token', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
    .addColumn('position', 'bigint')
    .execute()
}
