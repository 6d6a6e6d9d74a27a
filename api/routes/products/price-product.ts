import { z } from 'zod'
import { currencyField } from '../../contract/fields.ts'
import { priceField } from '../../contract/product.ts'
import type { Route } from '../../route.ts'
import { defineProductRoute, type ProductUseCase } from './product-route.ts'

/** `price` in minor units of `currency`. */
type PriceProductRequest = { readonly sku: string; readonly price: number; readonly currency: string }
export type PriceProductDependencies = { readonly priceProduct: ProductUseCase<PriceProductRequest> }

export const priceProductRoute = ({ priceProduct }: PriceProductDependencies): Route =>
  defineProductRoute({
    method: 'put',
    path: '/v1/products/{sku}/price',
    name: 'priceProduct',
    summary: 'Set the price of a product',
    description: 'Existing reservations keep their price.',
    body: z.strictObject({ price: priceField, currency: currencyField }).meta({ id: 'PriceProductRequest' }),
    done: 'The price is set.',
    refusals: ['product_discontinued', 'currency_changed'],
    run: priceProduct,
  })
