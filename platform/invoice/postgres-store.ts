import { isTaskCancelledError, TimeoutStrategy, timeout } from 'cockatiel'
import type { Kysely } from 'kysely'
import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import type { Database, InvoiceRefundsTable, InvoicesTable, TransferColumns } from '../postgres/database.ts'
import { DatabaseUnavailable } from '../postgres/unavailable.ts'
import type { Invoice, InvoiceRefund, RecordedTransfer } from './invoice.ts'
import type { InvoiceStore } from './store.ts'

// Invoices in the read database, in tables of their own that are never emptied or built again.

/** A call ends within this time, as the calls of every payment provider do. */
const callMillisecondsMax = 8_000

const transferOf = (row: TransferColumns): RecordedTransfer | null => {
  const { transfer_id: transferId, transfer_recorded_at: recordedAt, transfer_reported: reported } = row
  if (transferId === null || recordedAt === null) return null
  const { transfer_reference: reference, transfer_date: date } = row
  return { transferId, reference: reference ?? '', date: date ?? '', recordedAt, reported }
}

const transferColumns = (transfer: RecordedTransfer | null): TransferColumns => ({
  transfer_id: transfer?.transferId ?? null,
  transfer_reference: transfer?.reference ?? null,
  transfer_date: transfer?.date ?? null,
  transfer_recorded_at: transfer?.recordedAt ?? null,
  transfer_reported: transfer?.reported ?? false,
})

const refundOf = (row: InvoiceRefundsTable): InvoiceRefund => ({
  id: row.id,
  refundId: row.refund_id,
  amount: row.amount,
  transfer: transferOf(row),
})

const invoiceOf = (row: InvoicesTable, refunds: readonly InvoiceRefundsTable[]): Invoice => ({
  id: row.id,
  orderId: row.order_id,
  attempt: row.attempt,
  amount: row.amount,
  currency: row.currency,
  createdAt: row.created_at,
  payBy: row.pay_by,
  isVoid: row.is_void,
  transfer: transferOf(row),
  refunds: refunds.filter(({ invoice_id }) => invoice_id === row.id).map(refundOf),
})

const rowOf = (invoice: Invoice): InvoicesTable => ({
  id: invoice.id,
  order_id: invoice.orderId,
  attempt: invoice.attempt,
  amount: invoice.amount,
  currency: invoice.currency,
  created_at: invoice.createdAt,
  pay_by: invoice.payBy,
  is_void: invoice.isVoid,
  ...transferColumns(invoice.transfer),
})

const refundRowOf = ({ id, refundId, amount, transfer }: InvoiceRefund, invoiceId: string): InvoiceRefundsTable => ({
  id,
  invoice_id: invoiceId,
  refund_id: refundId,
  amount,
  ...transferColumns(transfer),
})

type Db = Kysely<Database>

const withRefunds = async (db: Db, rows: readonly InvoicesTable[]): Promise<readonly Invoice[]> => {
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return []
  const refunds = await db
    .selectFrom('invoice_refunds')
    .selectAll()
    .where('invoice_id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.map((row) => invoiceOf(row, refunds))
}

const write = async (db: Db, invoice: Invoice): Promise<void> => {
  await db.updateTable('invoices').set(rowOf(invoice)).where('id', '=', invoice.id).execute()
  for (const refund of invoice.refunds) {
    const row = refundRowOf(refund, invoice.id)
    await db
      .insertInto('invoice_refunds')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  }
}

const read = async (db: Db, id: string): Promise<Invoice | undefined> => {
  const rows = await db.selectFrom('invoices').selectAll().where('id', '=', id).execute()
  return (await withRefunds(db, rows))[0]
}

/** Runs one call within its deadline. Distinguishes an unreachable database from a defect. */
const createCall = () => {
  const deadline = timeout(callMillisecondsMax, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false })
  return async <Answer>(run: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await deadline.execute(run)
    } catch (error) {
      if (isTaskCancelledError(error)) throw new ProviderOutcomeUnknown('The invoices did not answer in time.')
      if (error instanceof DatabaseUnavailable)
        throw new ProviderOutcomeUnknown(`The invoices cannot be reached: ${error.message}`)
      throw error
    }
  }
}

export const createPostgresInvoices = (db: Db): InvoiceStore => {
  const call = createCall()
  return {
    insert: (invoice) =>
      call(async () => {
        const row = rowOf(invoice)
        await db
          .insertInto('invoices')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute()
        return (await read(db, invoice.id)) ?? invoice
      }),
    read: (id) => call(() => read(db, id)),
    ofRefund: (refundObjectId) =>
      call(async () => {
        const found = await db
          .selectFrom('invoice_refunds')
          .select('invoice_id')
          .where('id', '=', refundObjectId)
          .executeTakeFirst()
        return found && read(db, found.invoice_id)
      }),
    ofOrder: (orderId) =>
      call(async () => {
        const rows = db.selectFrom('invoices').selectAll().where('order_id', '=', orderId).orderBy('attempt')
        return withRefunds(db, await rows.execute())
      }),
    change: (id, change) =>
      call(() =>
        db.transaction().execute(async (transaction) => {
          const locked = transaction.selectFrom('invoices').select('id').where('id', '=', id).forUpdate()
          if ((await locked.executeTakeFirst()) === undefined) return undefined
          const before = await read(transaction, id)
          if (before === undefined) return undefined
          const after = change(before)
          if (after !== before) await write(transaction, after)
          return after
        }),
      ),
    unreported: (limit) =>
      call(async () => {
        const ofRefunds = db
          .selectFrom('invoice_refunds')
          .select('invoice_id')
          .where('transfer_id', 'is not', null)
          .where('transfer_reported', '=', false)
        const rows = db
          .selectFrom('invoices')
          .selectAll()
          .where((row) =>
            row.or([
              row.and([row('transfer_id', 'is not', null), row('transfer_reported', '=', false)]),
              row('id', 'in', ofRefunds),
            ]),
          )
          .orderBy('created_at')
          .limit(limit)
        return withRefunds(db, await rows.execute())
      }),
  }
}
