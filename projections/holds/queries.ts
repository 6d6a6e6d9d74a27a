import type { Kysely } from 'kysely'
import type { ReadTables } from '../tables.ts'
import type { HoldRow } from './table.ts'

type Reader = Kysely<ReadTables>

const columns = [
  'reservation_id',
  'line',
  'sku',
  'location',
  'quantity',
  'status',
  'first_expires_at',
  'expires_at',
  'shipped',
  'returned',
  'shortfall_at',
  'updated_at',
] as const

/** The stock of one sku at one location. */
export type StockPlace = Pick<HoldRow, 'sku' | 'location'>

/**
 * Stocks with holds that are due at `at`, the longest due first, as far as the read model knows. The stock stream decides. Each
 * stock comes once, so the many due holds of one do not hide another.
 */
export const stocksWithDueHolds = (db: Reader, at: number, limit: number): Promise<readonly StockPlace[]> =>
  db
    .selectFrom('holds')
    .select(['sku', 'location'])
    .where('status', '=', 'held')
    .where('expires_at', '<=', at)
    .groupBy(['sku', 'location'])
    .orderBy(({ fn }) => fn.min('expires_at'))
    .limit(limit)
    .execute()

/** Every hold of a reservation, as far as the read model knows. `reservationId` is a UUID. */
export const holdsOfReservation = (db: Reader, reservationId: string): Promise<readonly HoldRow[]> =>
  db
    .selectFrom('holds')
    .select(columns)
    .where('reservation_id', '=', reservationId)
    .orderBy('line')
    .orderBy('location')
    .execute()

/**
 * Commitments that a recorded shortfall names, the oldest first. `after` is the last one of the page before, so commitments
 * that stay marked do not keep others from being read.
 */
export const holdsInShortfall = (
  db: Reader,
  { after, limit }: { readonly after?: HoldRow; readonly limit: number },
): Promise<readonly HoldRow[]> =>
  db
    .selectFrom('holds')
    .select(columns)
    .where('shortfall_at', 'is not', null)
    .$if(after !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('shortfall_at', 'reservation_id', 'line', 'sku', 'location'),
          '>',
          tuple(
            after?.shortfall_at ?? 0,
            after?.reservation_id ?? '',
            after?.line ?? 0,
            after?.sku ?? '',
            after?.location ?? '',
          ),
        ),
      ),
    )
    .orderBy('shortfall_at')
    .orderBy('reservation_id')
    .orderBy('line')
    .orderBy('sku')
    .orderBy('location')
    .limit(limit)
    .execute()
