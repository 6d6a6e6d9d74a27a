import { type CreateTableBuilder, type Kysely, sql } from 'kysely'

/** A transfer as staff recorded it: all null until they have. `transfer_told`: whether it was reported to its order. */
const withTransfer = <Name extends string>(table: CreateTableBuilder<Name>) =>
  table
    .addColumn('transfer_id', 'text')
    .addColumn('transfer_reference', 'text')
    .addColumn('transfer_date', 'text')
    .addColumn('transfer_recorded_at', 'bigint')
    .addColumn('transfer_told', 'boolean', (column) => column.notNull().defaultTo(false))

/** The invoices of the invoice provider: not a read model, and never built again from the log. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await withTransfer(
    db.schema
      .createTable('invoices')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('order_id', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('amount', 'bigint', (column) => column.notNull())
      .addColumn('currency', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('pay_by', 'bigint')
      .addColumn('is_void', 'boolean', (column) => column.notNull())
      .addUniqueConstraint('invoices_of_order', ['order_id', 'attempt']),
  ).execute()
  await withTransfer(
    db.schema
      .createTable('invoice_refunds')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('invoice_id', 'text', (column) => column.notNull().references('invoices.id'))
      .addColumn('refund_id', 'text', (column) => column.notNull())
      .addColumn('amount', 'bigint', (column) => column.notNull()),
  ).execute()
  await db.schema.createIndex('invoice_refunds_of_invoice').on('invoice_refunds').column('invoice_id').execute()
  for (const table of ['invoices', 'invoice_refunds']) {
    const untold = sql.ref(`${table}_untold`)
    await sql`create index ${untold} on ${sql.ref(table)} (transfer_recorded_at) where transfer_id is not null and not transfer_told`.execute(
      db,
    )
  }
}
