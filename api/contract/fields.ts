import { z } from 'zod'
import { reasonSchema } from '#domain/event-fields.ts'
import { idSchema } from '#domain/values/ids.ts'
import { amountSchema, currencySchema } from '#domain/values/money.ts'
import { locationInputSchema, skuInputSchema } from '#domain/values/names.ts'
import { quantityMax, quantitySchema } from '#domain/values/quantity.ts'

// Fields that several routes share, as callers see them.

export const skuField = skuInputSchema.meta({ description: 'Letters, digits, dot, underscore, dash; upper-cased.' })
export const locationField = locationInputSchema.meta({
  description: 'One of the configured locations; upper-cased.',
})
export const quantityField = quantitySchema.meta({ description: 'Whole units, at least 1.' })
export const levelField = z.int().min(0).max(quantityMax).meta({ description: 'Whole units, 0 or more.' })
export const amountField = amountSchema.meta({ description: 'Minor units of the currency (cents).' })
export const currencyField = currencySchema.meta({ description: 'ISO 4217.' })
export const instantField = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' })
export const positionField = z.string().meta({
  description: 'Opaque. Send it back as `minPosition` to read what this command wrote.',
})
export const reasonField = reasonSchema.meta({ description: 'Why, for the record.' })

export const skuParams = z.strictObject({ sku: skuField })
export const orderParams = z.strictObject({ orderId: idSchema })
export const reservationParams = z.strictObject({ reservationId: idSchema })

/** A position of the log as callers see it. */
export const positionText = (position: bigint): string => position.toString()
