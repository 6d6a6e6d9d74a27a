import type { Kysely } from 'kysely'

/**
 * Whose object a kept notice is about, and what that is. Until now all came from Stripe; the kind is null where the event
 * was stored before it said so.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .alterTable('notices')
    .addColumn('provider', 'text', (column) => column.notNull().defaultTo('stripe'))
    .addColumn('kind', 'text')
    .execute()
  await db.schema
    .alterTable('notices')
    .alterColumn('provider', (column) => column.dropDefault())
    .execute()
}
