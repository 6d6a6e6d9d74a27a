import { z } from 'zod'
import { reasonField } from '../../contract/fields.ts'
import type { Route } from '../../route.ts'
import { defineProductRoute, type ProductUseCase } from './product-route.ts'

type DiscontinueProductRequest = { readonly sku: string; readonly reason?: string }
export type DiscontinueProductDependencies = { readonly discontinueProduct: ProductUseCase<DiscontinueProductRequest> }

export const discontinueProductRoute = ({ discontinueProduct }: DiscontinueProductDependencies): Route =>
  defineProductRoute({
    method: 'post',
    path: '/v1/products/{sku}/discontinue',
    name: 'discontinueProduct',
    summary: 'Stop selling a product',
    description: 'Existing reservations and orders are not affected.',
    body: z.strictObject({ reason: reasonField.optional() }).default({}).meta({ id: 'DiscontinueProductRequest' }),
    done: 'The product is discontinued.',
    run: discontinueProduct,
  })
