import { skuParams } from '../../contract/fields.ts'
import { type ProductView, productSchema } from '../../contract/product.ts'
import { refuse } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type ReadProductDependencies = {
  /** `isFreshWanted`: as the read model has it now, not from the cache. */
  readonly productBySku: (sku: string, isFreshWanted: boolean) => Promise<ProductView | undefined>
}

export const readProductRoute = ({ productBySku }: ReadProductDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/products/{sku}',
    name: 'readProduct',
    tag: 'Products',
    summary: 'Read a product with its availability',
    access: 'shopper',
    reads: 'catalogue',
    params: skuParams,
    responses: { 200: { description: 'The product.', body: productSchema } },
    refusals: ['product_not_found'],
    handle: async ({ params: { sku }, isFreshWanted }) => {
      const product = await productBySku(sku, isFreshWanted)
      if (product === undefined) return refuse('product_not_found', `No product ${sku} is listed.`)
      return { status: 200, body: product }
    },
  })
