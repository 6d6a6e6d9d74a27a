import { type Kysely, sql } from 'kysely'
import type { ReadTables } from '../tables.ts'
import type { CataloguePrice, CatalogueProduct, ProductText } from './table.ts'

// Queries on products. Price and availability lag behind the log and are decided again when somebody reserves.

type Reader = Kysely<ReadTables>

const productCardsMax = 100
const priceHistoryMax = 1_000

export type ProductCard = CatalogueProduct & Pick<ProductText, 'description' | 'attributes'>

/** The listed products among at most `productCardsMax` skus, including discontinued ones, in the given order. */
export const productCards = async (db: Reader, skus: readonly string[]): Promise<readonly ProductCard[]> => {
  const wanted = [...new Set(skus)].slice(0, productCardsMax)
  if (wanted.length === 0) return []
  const rows = await db
    .selectFrom('catalogue_products as product')
    .innerJoin('catalogue_texts as text', 'text.sku', 'product.sku')
    .select(['product.sku', 'product.name', 'product.brand', 'product.category', 'description', 'attributes'])
    .select(['image_url', 'unit_price', 'currency', 'price_revision', 'discontinued', 'listed_at', 'updated_at'])
    .select(['available', ({ fn }) => fn.coalesce('levels', sql<CatalogueProduct['levels']>`'{}'::jsonb`).as('levels')])
    .where('product.sku', 'in', wanted)
    .execute()
  const bySku = new Map(rows.map((row) => [row.sku, row]))
  return wanted.flatMap((sku) => bySku.get(sku) ?? [])
}

/** Units that can be reserved over all locations, as far as the read model knows; 0 for an unknown sku. */
export const approximatelyAvailable = async (db: Reader, sku: string): Promise<number> => {
  const row = await db.selectFrom('catalogue_products').select('available').where('sku', '=', sku).executeTakeFirst()
  return row?.available ?? 0
}

/** The last `priceHistoryMax` prices of a sku, newest first. */
export const priceHistory = (db: Reader, sku: string): Promise<readonly CataloguePrice[]> =>
  db
    .selectFrom('catalogue_prices')
    .select(['sku', 'revision', 'unit_price', 'currency', 'at'])
    .where('sku', '=', sku)
    .orderBy('revision', 'desc')
    .limit(priceHistoryMax)
    .execute()
