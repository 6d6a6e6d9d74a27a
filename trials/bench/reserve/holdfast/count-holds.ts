import type { EventStoreDBClient } from '@eventstore/db-client'
import { stockStream } from '#domain/streams.ts'
import { concurrently } from '../../../shop/concurrently.ts'
import { location } from '../../load/sale-terms.ts'
import type { ReservationCounts } from '../reservation-shop.ts'

const skusAtOnce = 500

/** For setting up and counting, which are not measured. */
export const forEachSku = (skus: readonly string[], work: (sku: string) => Promise<void>): Promise<void> =>
  concurrently({ count: skus.length, concurrency: skusAtOnce }, (index) => work(skus[index] ?? ''))

/** Counts the holds in the log, without the code that decided them. */
export const countHolds = async (
  client: EventStoreDBClient,
  skus: readonly string[],
  units: number,
): Promise<ReservationCounts> => {
  let recorded = 0
  let oversold = 0
  await forEachSku(skus, async (sku) => {
    let held = 0
    for await (const { event } of client.readStream(stockStream(sku, location)))
      if (event?.type === 'StockReserved.v1') held += 1
    recorded += held
    oversold += Math.max(0, held - units)
  })
  return { recorded, oversold }
}
