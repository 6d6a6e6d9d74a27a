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

/** Holds that are due at `at`, the longest due first, as far as the read model knows. The stock stream decides. */
export const dueHolds = (db: Reader, at: number, limit: number): Promise<readonly HoldRow[]> =>
  db
    .selectFrom('holds')
    .select(columns)
    .where('status', '=', 'held')
    .where('expires_at', '<=', at)
    .orderBy('expires_at')
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
