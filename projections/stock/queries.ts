import type { Kysely } from 'kysely'
import type { ReadTables } from '../tables.ts'
import type { StockLevel } from './table.ts'

/** The levels of a sku by location. They lag behind the log. */
export const approximateLevels = (db: Kysely<ReadTables>, sku: string): Promise<readonly StockLevel[]> =>
  db
    .selectFrom('stock_levels')
    .select(['sku', 'location', 'on_hand', 'held', 'committed', 'safety', 'available', 'shortfall', 'revision'])
    .select('updated_at')
    .where('sku', '=', sku)
    .orderBy('location')
    .execute()
