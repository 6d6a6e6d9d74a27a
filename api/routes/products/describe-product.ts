import { z } from 'zod'
import { productDescription } from '../../contract/product.ts'
import type { Received, Route } from '../../route.ts'
import { defineProductRoute, type ProductUseCase } from './product-route.ts'

const describeRequest = z
  .strictObject({
    name: productDescription.name.optional(),
    description: productDescription.description.nullable().optional(),
    brand: productDescription.brand.nullable().optional(),
    category: productDescription.category.nullable().optional(),
    attributes: productDescription.attributes.optional(),
    imageUrl: productDescription.imageUrl.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'send at least one field')
  .meta({ id: 'DescribeProductRequest' })

/** Fields left out stay as they are; null takes one away. `attributes` replaces them all. */
export type DescribeProductRequest = { readonly sku: string } & Received<z.output<typeof describeRequest>>
export type DescribeProductDependencies = { readonly describeProduct: ProductUseCase<DescribeProductRequest> }

export const describeProductRoute = ({ describeProduct }: DescribeProductDependencies): Route =>
  defineProductRoute({
    method: 'patch',
    path: '/v1/products/{sku}',
    name: 'describeProduct',
    summary: 'Change how a product is described',
    description: 'Fields left out stay as they are, null takes one away; `attributes` replaces them all.',
    body: describeRequest,
    done: 'Described.',
    refusals: ['product_discontinued'],
    run: describeProduct,
  })
