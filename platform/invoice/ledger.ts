import type pg from 'pg'

/** Captured and refunded amounts of each invoice, from the transfers that staff recorded. Verify compares the log with it. */
export const readInvoiceLedger = async (
  pool: pg.Pool,
): Promise<ReadonlyArray<{ readonly payment: string; readonly captured: number; readonly refunded: number }>> => {
  const { rows } = await pool.query<{ payment: string; captured: number; refunded: number }>(`
    select id as payment,
      case when transfer_id is null then 0 else amount end as captured,
      coalesce((
        select sum(amount) from invoice_refunds
        where invoice_id = invoices.id and invoice_refunds.transfer_id is not null
      ), 0)::bigint as refunded
    from invoices`)
  return rows
}
