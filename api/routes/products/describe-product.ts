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

type DescribeProductRequest = { readonly sku: string } & Received<z.output<typeof describeRequest>>
export type DescribeProductDependencies = { readonly describeProduct: ProductUseCase<DescribeProductRequest> }

export const describeProductRoute = ({ describeProduct }: DescribeProductDependencies): Route =>
  defineProductRoute({
    method: 'patch',
    path: '/v1/products/{sku}',
    name: 'describeProduct',
    summary: 'Change the description of a product',
    description: 'Absent fields stay as they are, and null removes a field. `attributes` replaces all attributes.',
    body: describeRequest,
    done: 'The description is changed.',
    refusals: ['product_discontinued'],
    run: describeProduct,
  })
