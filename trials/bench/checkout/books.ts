// What the keepers of truth say after a round: the payment simulator's own book of charges, and the log of stock.
import { type EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client'
import { stockStream } from '#domain/streams.ts'
import type { Payments } from '../../shop/payments.ts'

export type Books = {
  /** Orders with exactly one captured charge, for all of it. */
  readonly paidOnce: number
  /** Orders that were charged otherwise: twice, in part, or with something refunded. */
  readonly paidWrongly: number
  readonly committed: number
  /** Units committed beyond what was received. */
  readonly oversold: number
}

export type Shelves = { readonly skus: readonly string[]; readonly unitsEach: number }

export const shelves: Shelves = {
  skus: Array.from({ length: 100 }, (_, index) => `BENCH-${index}`),
  unitsEach: 100_000,
}

const location = 'MAIN'

/** Counts what the log holds, without the code that decided it. */
const committedOf = async (client: EventStoreDBClient, sku: string): Promise<number> => {
  let committed = 0
  try {
    for await (const { event } of client.readStream(stockStream(sku, location)))
      if (event?.type === 'ReservationCommitted.v1') committed += 1
  } catch (error) {
    // Where nothing is received first, the first hold makes the stream.
    if (!(error instanceof StreamNotFoundError)) throw error
  }
  return committed
}

export const readBooks = async (client: EventStoreDBClient, payments: Payments, sold: Shelves): Promise<Books> => {
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
