import { z } from 'zod'
import { type Instant, instantText } from '#domain/values/instant.ts'
import { amountField, currencyField, instantField, skuParams } from '../../contract/fields.ts'
import { refuse } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

type PastPriceView = { readonly price: number; readonly currency: string; readonly at: Instant }

export type ReadPriceHistoryDependencies = {
  /** The newest comes first. The number of prices is bounded; it is 0 if the product is not known. */
  readonly pricesOfProduct: (sku: string) => Promise<readonly PastPriceView[]>
}

export const readPriceHistoryRoute = ({ pricesOfProduct }: ReadPriceHistoryDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/products/{sku}/price-history',
    name: 'readPriceHistory',
    tag: 'Products',
    summary: 'List the prices of a product, newest first',
    access: 'shopper',
    reads: 'catalogue',
    params: skuParams,
    responses: {
      200: {
        description: 'Each price, and the time since when it was valid.',
        body: z
          .object({ items: z.array(z.object({ price: amountField, currency: currencyField, at: instantField })) })
          .meta({ id: 'PriceHistory' }),
      },
    },
    refusals: ['product_not_found'],
    handle: async ({ params: { sku } }) => {
      const prices = await pricesOfProduct(sku)
      if (prices.length === 0) return refuse('product_not_found', `No product ${sku} is listed.`)
      return { status: 200, body: { items: prices.map((price) => ({ ...price, at: instantText(price.at) })) } }
    },
  })
