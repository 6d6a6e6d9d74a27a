import { z } from 'zod'
import { type Facets, productSorts } from '#projections/catalogue/search.ts'
import { amountField } from '../../contract/fields.ts'
import { type CursorRefusal, type PageView, pageFields, pageSchema } from '../../contract/page.ts'
import { type ProductCardView, productCardSchema } from '../../contract/product.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Received, type Route } from '../../route.ts'

const filterText = z.string().trim().min(1).max(200)
const priceInput = z
  .string()
  .regex(/^\d{1,12}$/, 'send whole minor units')
  .transform(Number)

const searchQuery = z.strictObject({
  query: z.string().trim().max(200).optional(),
  category: filterText.optional(),
  brand: filterText.optional(),
  minPrice: priceInput.optional(),
  maxPrice: priceInput.optional(),
  inStock: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  sort: z.enum(productSorts).optional().meta({ description: 'Default: by relevance with a query, otherwise by name.' }),
  ...pageFields,
})

type SearchProductsRequest = Received<z.output<typeof searchQuery>>

const facetSchema = z.array(z.object({ value: z.string(), count: z.int() }))

type ProductPageView = PageView<ProductCardView> & {
  readonly facets: Facets
  readonly total: number
  readonly matched: 'all' | 'some'
  readonly didYouMean?: string
}

export type SearchProductsDependencies = {
  readonly searchProducts: (query: SearchProductsRequest) => Promise<ProductPageView | CursorRefusal>
}

export const searchProductsRoute = ({ searchProducts }: SearchProductsDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/products',
    name: 'searchProducts',
    tag: 'Products',
    summary: 'Find products by text, category, brand, price and availability',
    access: 'shopper',
    reads: 'catalogue',
    query: searchQuery,
    responses: {
      200: {
        description: 'A page of products. The counts by category and brand cover all products found.',
        body: pageSchema(productCardSchema)
          .extend({
            facets: z.object({
              category: facetSchema,
              brand: facetSchema,
              price: z
                .object({ min: amountField, max: amountField })
                .nullable()
                .meta({ description: 'The range of prices of all products found; null if none was found.' }),
            }),
            total: z.int(),
            matched: z.enum(['all', 'some']).meta({
              description:
                '`all`: these products have all words of the query. `some`: no product has all of them, these have some.',
            }),
            didYouMean: z.string().optional(),
          })
          .meta({ id: 'ProductPage' }),
      },
    },
    refusals: ['invalid_cursor'],
    handle: async ({ query }) => {
      const page = await searchProducts(query)
      return isRefusal(page) ? page : { status: 200, body: page }
    },
  })
