// What the systems of record say after a round: the charges in the payment simulator's ledger, and the log of stock.
import { type EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client'
import { stockStream } from '#domain/streams.ts'
import type { Payments } from '../../shop/payments.ts'
import { location } from '../load/sale-terms.ts'

export type CheckoutRecords = {
  /** Orders with exactly one charge, captured in full. */
  readonly paidOnce: number
  /** Orders that were charged in another way: twice, in part, or with a refund. */
  readonly paidWrongly: number
  readonly committed: number
  /** Units committed beyond those received. */
  readonly oversold: number
}

export type StockForSale = { readonly skus: readonly string[]; readonly unitsEach: number }

export const stockForSale: StockForSale = {
  skus: Array.from({ length: 100 }, (_, index) => `BENCH-${index}`),
  unitsEach: 100_000,
}

/** Counts the committed units in the log, without the code that decided them. */
const committedOf = async (client: EventStoreDBClient, sku: string): Promise<number> => {
  let committed = 0
  try {
    for await (const { event } of client.readStream(stockStream(sku, location)))
      if (event?.type === 'ReservationCommitted.v1') committed += 1
  } catch (error) {
    // The bare checkout receives no stock: there the first hold creates the stream.
    if (!(error instanceof StreamNotFoundError)) throw error
  }
  return committed
}

export const readRecords = async (
  client: EventStoreDBClient,
  payments: Payments,
  sold: StockForSale,
): Promise<CheckoutRecords> => {
  const charges = Map.groupBy(await payments.charges(), ({ paymentIntent }) => paymentIntent)
  const isPaidOnce = [...charges.values()].map(
    ([first, ...others]) =>
      first !== undefined && others.length === 0 && first.captured === first.amount && first.refunded === 0,
  )
  const committed = await Promise.all(sold.skus.map((sku) => committedOf(client, sku)))
  return {
    paidOnce: isPaidOnce.filter(Boolean).length,
    paidWrongly: isPaidOnce.filter((once) => !once).length,
    committed: committed.reduce((sum, units) => sum + units, 0),
    oversold: committed.reduce((sum, units) => sum + Math.max(0, units - sold.unitsEach), 0),
  }
}
