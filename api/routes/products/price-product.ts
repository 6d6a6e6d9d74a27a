import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { currencyField, skuParams } from '../../contract/fields.ts'
import {
  type ProductChangeView,
  type ProductCommandRefusal,
  presentProductChanged,
  priceField,
  productChangedSchema,
} from '../../contract/product.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

/** `price` in minor units of `currency`. */
export type PriceProductRequest = { readonly sku: string; readonly price: number; readonly currency: string }
export type PriceProductDependencies = {
  readonly priceProduct: (
    command: PriceProductRequest,
    origin: Origin,
  ) => Promise<ProductChangeView | ProductCommandRefusal>
}

export const priceProductRoute = ({ priceProduct }: PriceProductDependencies): Route =>
  defineRoute({
    method: 'put',
    path: '/v1/products/{sku}/price',
    name: 'priceProduct',
    tag: 'Products',
    summary: 'Set the price of a product',
    description: 'Reservations that were made keep the price that they were made at.',
    access: 'staff',
    params: skuParams,
    body: z.strictObject({ price: priceField, currency: currencyField }).meta({ id: 'PriceProductRequest' }),
    responses: { 200: { description: 'Priced.', body: productChangedSchema } },
    refusals: ['product_not_found', 'product_discontinued', 'currency_changed', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { sku }, body: { price, currency }, origin }) => {
      const changed = await priceProduct({ sku, price, currency }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentProductChanged(changed) }
    },
  })
