import { z } from 'zod'
import { type EventOf, eventFields, reasonSchema } from '../event-fields.ts'
import { currencySchema, positiveAmountSchema } from '../values/money.ts'

export const productFields = {
  name: z.string().trim().min(1).max(300),
  description: z.string().trim().max(10_000),
  brand: z.string().trim().min(1).max(120),
  category: z.string().trim().min(1).max(200),
  attributes: z
    .record(z.string().trim().min(1).max(120), z.string().max(1_000))
    .refine((attributes) => Object.keys(attributes).length <= 200, 'at most 200 attributes'),
  imageUrl: z.url({ protocol: /^https?$/ }).max(2_000),
}

const description = {
  name: productFields.name,
  description: productFields.description.nullable(),
  brand: productFields.brand.nullable(),
  category: productFields.category.nullable(),
  attributes: productFields.attributes,
  imageUrl: productFields.imageUrl.nullable(),
}

export const productEventSchemas = {
  ProductListed: z.strictObject({
    ...eventFields,
    ...description,
    unitPrice: positiveAmountSchema,
    currency: currencySchema,
  }),
  /** The whole description after the change, not the difference. */
  ProductDescribed: z.strictObject({ ...eventFields, ...description }),
  ProductPriced: z.strictObject({ ...eventFields, unitPrice: positiveAmountSchema, currency: currencySchema }),
  ProductDiscontinued: z.strictObject({ ...eventFields, reason: reasonSchema.nullable() }),
}

export type ProductEvent = EventOf<typeof productEventSchemas>
