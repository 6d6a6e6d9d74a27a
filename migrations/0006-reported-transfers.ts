import { type Kysely, sql } from 'kysely'

/** A transfer is reported to its order: the columns and indexes get the name that the code has for it. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const table of ['invoices', 'invoice_refunds']) {
    await db.schema.alterTable(table).renameColumn('transfer_told', 'transfer_reported').execute()
    await sql`alter index ${sql.ref(`${table}_untold`)} rename to ${sql.ref(`${table}_unreported`)}`.execute(db)
  }
}
