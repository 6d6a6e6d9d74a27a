import { z } from 'zod'
import { orderLinesMax } from '#domain/order/events.ts'
import { quantityField, skuField } from './fields.ts'

export type SkuQuantity = { readonly sku: string; readonly quantity: number }

/** How many units of which sku of an order; each sku once. */
export const orderLinesField = z
  .array(z.strictObject({ sku: skuField, quantity: quantityField }))
  .min(1)
  .max(orderLinesMax)
  .refine((lines) => new Set(lines.map(({ sku }) => sku)).size === lines.length, 'each sku once')
