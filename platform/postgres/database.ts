import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { ReadTables } from '#projections/tables.ts'
import { tellingUnavailable } from './unavailable.ts'

/** The key table of persons: the only link between an email and its customer, and the only copy. Never rebuilt. */
type CustomerKeysTable = {
  readonly customer_id: string
  readonly email_hmac: Buffer
  readonly wrapped_key: Buffer
}

/** Folded streams, as a hint: a reader that finds none reads the stream. */
type SnapshotsTable = {
  readonly stream: string
  readonly revision: number
  /** Of the event at `revision`. */
  readonly position: number
  readonly state_version: number
  readonly bytes: Buffer
}

/** Work that one process at a time does; see `leases.ts`. */
type LeasesTable = {
  readonly name: string
  readonly holder: string
  readonly token: number
  readonly expires_at: Date
  readonly position: number | null
}

/** A transfer that staff recorded for an invoice; null until they have. */
export type TransferColumns = {
  readonly transfer_id: string | null
  readonly transfer_reference: string | null
  readonly transfer_date: string | null
  readonly transfer_recorded_at: number | null
  readonly transfer_reported: boolean
}

/** The invoice provider's own objects. Never rebuilt. */
export type InvoicesTable = TransferColumns & {
  readonly id: string
  readonly order_id: string
  readonly attempt: number
  readonly amount: number
  readonly currency: string
  readonly created_at: number
  readonly pay_by: number | null
  readonly is_void: boolean
}

export type InvoiceRefundsTable = TransferColumns & {
  readonly id: string
  readonly invoice_id: string
  readonly refund_id: string
  readonly amount: number
}

export type Database = ReadTables & {
  readonly invoices: InvoicesTable
  readonly invoice_refunds: InvoiceRefundsTable
  readonly customer_keys: CustomerKeysTable
  readonly snapshots: SnapshotsTable
  readonly leases: LeasesTable
}

/**
 * Typed queries over a pool. They reject with `DatabaseUnavailable` if it cannot be reached. `destroy` ends the pool.
 */
export const createDatabase = (pool: pg.Pool): Kysely<Database> => {
  const dialect = new PostgresDialect({ pool })
  return new Kysely<Database>({
    dialect: {
      createDriver: () => tellingUnavailable(dialect.createDriver()),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (db) => dialect.createIntrospector(db),
    },
  })
}
