import { z } from 'zod'
import { skuSchema } from '#domain/values/names.ts'
import { type ProductCardView, productCardSchema } from '../../contract/product.ts'
import { defineRoute, type Route } from '../../route.ts'

const cardsMax = 50
/** A sku has at most 64 characters; one more is the comma after it. */
const idsCharactersMax = cardsMax * 65

const skusInput = z
  .string()
  .max(idsCharactersMax)
  .transform((text) => [...new Set(text.split(',').map((sku) => sku.trim().toUpperCase()))])
  .pipe(z.array(skuSchema).min(1).max(cardsMax))
  .meta({ description: `Up to ${cardsMax} skus, separated by commas.` })

export type ReadProductCardsDependencies = {
  /** The known products of these skus, in any order. `isFreshWanted`: as the read model has them now, not from the cache. */
  readonly productsBySkus: (skus: readonly string[], isFreshWanted: boolean) => Promise<readonly ProductCardView[]>
}

export const readProductCardsRoute = ({ productsBySkus }: ReadProductCardsDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/product-cards',
    name: 'readProductCards',
    tag: 'Products',
    summary: 'Read several products at once, in the order of the request',
    access: 'shopper',
    reads: 'catalogue',
    query: z.strictObject({ ids: skusInput }),
    responses: {
      200: {
        description: 'The known products, and the unknown skus.',
        body: z
          .object({ items: z.array(productCardSchema), unknown: z.array(z.string()) })
          .meta({ id: 'ProductCards' }),
      },
    },
    handle: async ({ query: { ids }, isFreshWanted }) => {
      const found = new Map((await productsBySkus(ids, isFreshWanted)).map((product) => [product.sku, product]))
      const items = ids.flatMap((sku) => found.get(sku) ?? [])
      return { status: 200, body: { items, unknown: ids.filter((sku) => !found.has(sku)) } }
    },
  })
