import type { Redis } from 'ioredis'
import { z } from 'zod'
import { type CardCache, createCardCache } from './cards.ts'

/** A product as the catalogue shows it; all fields are public. */
const productSchema = z.strictObject({
  sku: z.string(),
  name: z.string(),
  brand: z.string().nullable(),
  category: z.string().nullable(),
  description: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
  imageUrl: z.string().nullable(),
  price: z.int(),
  currency: z.string(),
  available: z.int(),
  discontinued: z.boolean(),
  locations: z.array(z.object({ location: z.string(), available: z.int() })),
})
export type CachedProduct = z.infer<typeof productSchema>
export type ProductCards = CardCache<CachedProduct>

/** So long a card is shown at most after it was read, also where the process that had to invalidate it died. */
export const cardSecondsMax = 60
const bytesMax = 64 * 1_024 * 1_024

/** The product cards in Redis: the API fills them, whoever projects the catalogue invalidates them. */
export const createProductCards = (redis: Redis): ProductCards =>
  createCardCache({
    redis,
    ttlSeconds: cardSecondsMax,
    bytesMax,
    parse: (stored) => productSchema.safeParse(stored).data,
  })
