import { priceHistory, productCards } from '#projections/catalogue/queries.ts'
import { type FoundProduct, matchingProducts } from '#projections/catalogue/search.ts'
import { approximateLevels } from '#projections/stock/queries.ts'
import type { ReadDatabase } from '#projections/tables.ts'
import type { ProductCard } from '../contract/product.ts'
import { refuse } from '../problems.ts'
import type { ReadPriceHistoryDependencies } from '../routes/read-price-history.ts'
import type { ReadProductDependencies } from '../routes/read-product.ts'
import type { ReadProductCardsDependencies } from '../routes/read-product-cards.ts'
import type { SearchProductsDependencies } from '../routes/search-products.ts'

type Catalogue = SearchProductsDependencies &
  ReadProductDependencies &
  ReadProductCardsDependencies &
  ReadPriceHistoryDependencies

type CardRow = Omit<FoundProduct, 'listed_at'> & { readonly discontinued?: boolean }

/** Search finds no discontinued product, so its rows do not say. */
const cardOf = (row: CardRow): ProductCard => ({
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

export const wireCatalogue = (db: ReadDatabase): Catalogue => ({
  searchProducts: async (search) => {
    const found = await matchingProducts(db, search)
    if ('problem' in found) return refuse('invalid_cursor', 'The cursor does not belong to this search.')
    return { ...found, items: found.items.map(cardOf) }
  },
  productBySku: async (sku) => {
    const [[card], levels] = await Promise.all([productCards(db, [sku]), approximateLevels(db, sku)])
    if (card === undefined) return undefined
    const locations = levels.map(({ location, available }) => ({ location, available }))
    return { ...cardOf(card), description: card.description, attributes: card.attributes, locations }
  },
  productsBySkus: async (skus) => (await productCards(db, skus)).map(cardOf),
  pricesOfProduct: async (sku) =>
    (await priceHistory(db, sku)).map(({ unit_price, currency, at }) => ({ price: unit_price, currency, at })),
})
