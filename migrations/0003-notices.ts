import { type Kysely, sql } from 'kysely'

/** Webhooks of the payment provider that wait for their order. Few: nearly all find it at once. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable('notices')
    .addColumn('provider_event_id', 'text', (column) => column.primaryKey())
    .addColumn('event_type', 'text', (column) => column.notNull())
    .addColumn('provider_object_id', 'text', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('applied_at', 'bigint')
    .addColumn('position', 'bigint', (column) => column.notNull())
    .execute()
  await sql`create index notices_waiting on notices (received_at, provider_event_id) where applied_at is null`.execute(
    db,
  )
}
