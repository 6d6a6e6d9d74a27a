import { z } from 'zod'
import { orderLinesMax } from '#domain/order/events.ts'
import { quantityField, skuField } from './fields.ts'

export type SkuQuantity = { readonly sku: string; readonly quantity: number }

/** Quantities by sku; each sku at most once. */
export const orderLinesField = z
  .array(z.strictObject({ sku: skuField, quantity: quantityField }))
  .min(1)
  .max(orderLinesMax)
  .refine((lines) => new Set(lines.map(({ sku }) => sku)).size === lines.length, 'each sku at most once')
