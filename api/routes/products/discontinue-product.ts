import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { reasonField, skuParams } from '../../contract/fields.ts'
import {
  type ProductChangeView,
  type ProductCommandRefusal,
  presentProductChanged,
  productChangedSchema,
} from '../../contract/product.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type DiscontinueProductRequest = { readonly sku: string; readonly reason?: string | undefined }
export type DiscontinueProductDependencies = {
  readonly discontinueProduct: (
    command: DiscontinueProductRequest,
    origin: Origin,
  ) => Promise<ProductChangeView | ProductCommandRefusal>
}

export const discontinueProductRoute = ({ discontinueProduct }: DiscontinueProductDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/products/{sku}/discontinue',
    name: 'discontinueProduct',
    tag: 'Products',
    summary: 'Take a product off sale',
    description: 'Reservations that were made, and their orders, go on.',
    access: 'staff',
    params: skuParams,
    body: z.strictObject({ reason: reasonField.optional() }).default({}).meta({ id: 'DiscontinueProductRequest' }),
    responses: { 200: { description: 'Discontinued.', body: productChangedSchema } },
    refusals: ['product_not_found', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { sku }, body: { reason }, origin }) => {
      const changed = await discontinueProduct({ sku, reason }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentProductChanged(changed) }
    },
  })
