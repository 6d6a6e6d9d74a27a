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

/** How long a card can be shown after it was read, if the process that should invalidate it has died. */
export const cardSecondsMax = 60
const bytesMax = 64 * 1_024 * 1_024

/** The product cards in Redis: the API fills the cache, and the process that projects the catalogue invalidates it. */
export const createProductCards = (redis: Redis): ProductCards =>
  createCardCache({
    redis,
    ttlSeconds: cardSecondsMax,
    bytesMax,
    parse: (stored) => productSchema.safeParse(stored).data,
  })
