import { type Kysely, sql } from 'kysely'
import type { ReadTables } from '../tables.ts'
import { beginningQuery } from './search-text.ts'

export type Suggestion = { readonly sku: string; readonly name: string }

/** Products for an unfinished query: those in stock first, then by rank. */
export const suggestedProducts = async (
  db: Kysely<ReadTables>,
  typed: string,
  limit: number,
): Promise<readonly Suggestion[]> => {
  const text = beginningQuery(typed)
  if (text === undefined) return []
  return db
    .selectFrom('catalogue_texts as text')
    .innerJoin('catalogue_products as product', 'product.sku', 'text.sku')
    .select(['product.sku', 'product.name'])
    .where(sql<boolean>`search @@ ${text} and not discontinued`)
    .orderBy(sql`available > 0`, 'desc')
    .orderBy(sql`ts_rank(search, ${text})`, 'desc')
    .orderBy('product.sku')
    .limit(limit)
    .execute()
}
