import { z } from 'zod'
import { productFields } from '#domain/product/events.ts'
import { positiveAmountSchema } from '#domain/values/money.ts'
import type { Refusal } from '../problems.ts'
import { amountField, currencyField, positionField, positionText } from './fields.ts'

export const productCardSchema = z
  .object({
    sku: z.string(),
    name: z.string(),
    brand: z.string().nullable(),
    category: z.string().nullable(),
    price: amountField,
    currency: currencyField,
    available: z.int().meta({ description: 'About how many units can be reserved. Only a reservation is certain.' }),
    imageUrl: z.string().nullable(),
    discontinued: z.boolean(),
  })
  .meta({ id: 'ProductCard' })
export type ProductCardView = Readonly<z.infer<typeof productCardSchema>>

export const productSchema = z
  .object({
    ...productCardSchema.shape,
    description: z.string().nullable(),
    attributes: z.record(z.string(), z.string()),
    locations: z.array(z.object({ location: z.string(), available: z.int() })),
  })
  .meta({ id: 'Product' })

export type ProductView = ProductCardView & {
  readonly description: string | null
  readonly attributes: Readonly<Record<string, string>>
  readonly locations: ReadonlyArray<{ readonly location: string; readonly available: number }>
}

export const priceField = positiveAmountSchema.meta({ description: 'In minor units of the currency, at least 1.' })

export const productDescription = {
  name: productFields.name,
  description: productFields.description,
  brand: productFields.brand,
  category: productFields.category,
  attributes: productFields.attributes,
  imageUrl: productFields.imageUrl,
}

export const productChangedSchema = z
  .object({ sku: z.string(), position: positionField })
  .meta({ id: 'ProductChanged' })
export type ProductChangeView = { readonly sku: string; readonly position: bigint }

export const presentProductChanged = ({ sku, position }: ProductChangeView): z.infer<typeof productChangedSchema> => ({
  sku,
  position: positionText(position),
})

/** Why a command on a product is refused. */
export type ProductCommandRefusal = Refusal<
  'product_exists' | 'product_not_found' | 'product_discontinued' | 'currency_changed'
>
