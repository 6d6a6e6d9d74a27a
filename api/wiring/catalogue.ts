import type { CachedProduct, ProductCards } from '#platform/redis/product-cards.ts'
import { type ProductCard as CardRowOfOne, priceHistory, productCards } from '#projections/catalogue/queries.ts'
import { type FoundProduct, matchingProducts } from '#projections/catalogue/search.ts'
import type { ReadDatabase } from '#projections/tables.ts'
import { unknownCursor } from '../contract/page.ts'
import type { ProductCardView } from '../contract/product.ts'
import type { ReadPriceHistoryDependencies } from '../routes/products/read-price-history.ts'
import type { ReadProductDependencies } from '../routes/products/read-product.ts'
import type { ReadProductCardsDependencies } from '../routes/products/read-product-cards.ts'
import type { SearchProductsDependencies } from '../routes/products/search-products.ts'

type Catalogue = SearchProductsDependencies &
  ReadProductDependencies &
  ReadProductCardsDependencies &
  ReadPriceHistoryDependencies

type CardRow = Omit<FoundProduct, 'listed_at'> & { readonly discontinued?: boolean }

/** A search finds no discontinued products, so its rows do not have the field. */
const cardOf = (row: CardRow): ProductCardView => ({
  sku: row.sku,
  name: row.name,
  brand: row.brand,
  category: row.category,
  price: row.unit_price,
  currency: row.currency,
  available: row.available,
  imageUrl: row.image_url,
  discontinued: row.discontinued ?? false,
})

const productOf = ({ description, attributes, levels, ...row }: CardRowOfOne): CachedProduct => ({
  ...cardOf(row),
  description,
  attributes: { ...attributes },
  locations: Object.entries(levels).map(([location, { free, safety }]) => ({
    location,
    available: Math.max(0, free - safety),
  })),
})

/** Products by sku: from the cache unless fresh ones are wanted, the others from the read model. */
const productsOf = async (
  skus: readonly string[],
  isFreshWanted: boolean,
  db: ReadDatabase,
  cards: ProductCards | undefined,
): Promise<ReadonlyMap<string, CachedProduct>> => {
  const cached = isFreshWanted ? undefined : await cards?.find(skus)
  const wanted = skus.filter((sku) => !cached?.has(sku))
  const read = new Map((await productCards(db, wanted)).map((row) => [row.sku, productOf(row)]))
  if (read.size > 0) cards?.keep(read)
  return new Map([...(cached ?? []), ...read])
}

export const wireCatalogue = (db: ReadDatabase, cards: ProductCards | undefined): Catalogue => ({
  searchProducts: async (search) => {
    const found = await matchingProducts(db, search)
    if ('code' in found) return unknownCursor
    return { ...found, items: found.items.map(cardOf) }
  },
  productBySku: async (sku, isFreshWanted) => (await productsOf([sku], isFreshWanted, db, cards)).get(sku),
  productsBySkus: async (skus, isFreshWanted) => {
    const products = await productsOf(skus, isFreshWanted, db, cards)
    return [...products.values()].map(({ description, attributes, locations, ...card }) => card)
  },
  pricesOfProduct: async (sku) =>
    (await priceHistory(db, sku)).map(({ unit_price, currency, at }) => ({ price: unit_price, currency, at })),
})
