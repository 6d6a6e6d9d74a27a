import { z } from 'zod'

/** Whole units of one sku. */
export type Quantity = number

/** More than any real warehouse holds, and small enough that sums of levels stay exact. */
export const quantityMax = 1_000_000_000

export const quantitySchema = z.int().min(1).max(quantityMax)
export const levelSchema = z
  .int()
  .min(0)
  .max(1_000 * quantityMax)
