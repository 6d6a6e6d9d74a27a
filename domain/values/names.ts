import { z } from 'zod'

const namePattern = /^[A-Z0-9][A-Z0-9._-]{0,63}$/

/** A sku as stored: upper-cased; letters, digits, dot, underscore and dash, 64 characters at most. */
export const skuSchema = z.string().regex(namePattern, 'a sku: 1 to 64 of A-Z, 0-9, dot, underscore, dash')

/** A stock location, by the same rule as a sku. */
export const locationSchema = z.string().regex(namePattern, 'a location: 1 to 64 of A-Z, 0-9, dot, underscore, dash')

/** A payment provider's name in events: letters a-z, digits and underscore, 32 characters at most. */
export const providerNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'a payment provider: a-z, then up to 31 of a-z, 0-9, underscore')
export type ProviderName = z.infer<typeof providerNameSchema>

/** Input of people: trimmed and upper-cased, then checked. */
export const skuInputSchema = z.string().max(128).trim().toUpperCase().pipe(skuSchema)
export const locationInputSchema = z.string().max(128).trim().toUpperCase().pipe(locationSchema)
