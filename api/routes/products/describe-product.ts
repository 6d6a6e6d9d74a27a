import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { skuParams } from '../../contract/fields.ts'
import {
  type ProductChangeView,
  type ProductCommandRefusal,
  presentProductChanged,
  productChangedSchema,
  productDescription,
} from '../../contract/product.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

const describeRequest = z
  .strictObject({
    name: productDescription.name.exactOptional(),
    description: productDescription.description.nullable().exactOptional(),
    brand: productDescription.brand.nullable().exactOptional(),
    category: productDescription.category.nullable().exactOptional(),
    attributes: productDescription.attributes.exactOptional(),
    imageUrl: productDescription.imageUrl.nullable().exactOptional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'send at least one field')
  .meta({ id: 'DescribeProductRequest' })

/** Fields left out stay as they are; null takes one away. `attributes` replaces them all. */
export type DescribeProductRequest = { readonly sku: string } & Readonly<z.output<typeof describeRequest>>
export type DescribeProductDependencies = {
  readonly describeProduct: (
    command: DescribeProductRequest,
    origin: Origin,
  ) => Promise<ProductChangeView | ProductCommandRefusal>
}

export const describeProductRoute = ({ describeProduct }: DescribeProductDependencies): Route =>
  defineRoute({
    method: 'patch',
    path: '/v1/products/{sku}',
    name: 'describeProduct',
    tag: 'Products',
    summary: 'Change how a product is described',
    description: 'Fields left out stay as they are, null takes one away; `attributes` replaces them all.',
    access: 'staff',
    params: skuParams,
    body: describeRequest,
    responses: { 200: { description: 'Described.', body: productChangedSchema } },
    refusals: ['product_not_found', 'product_discontinued', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { sku }, body, origin }) => {
      const changed = await describeProduct({ sku, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentProductChanged(changed) }
    },
  })
