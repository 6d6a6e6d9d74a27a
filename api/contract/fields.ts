import { z } from 'zod'
import { reasonSchema } from '#domain/event-fields.ts'
import { idSchema } from '#domain/values/ids.ts'
import { amountSchema, currencySchema } from '#domain/values/money.ts'
import { locationInputSchema, skuInputSchema } from '#domain/values/names.ts'
import { quantityMax, quantitySchema } from '#domain/values/quantity.ts'

// Fields that several routes share, as callers see them.

export const skuField = skuInputSchema.meta({
  description: 'Letters, digits, dot, underscore and dash. Converted to upper case.',
})
export const locationField = locationInputSchema.meta({
  description: 'One of the configured locations. Converted to upper case.',
})
export const quantityField = quantitySchema.meta({ description: 'Whole units, at least 1.' })
export const levelField = z.int().min(0).max(quantityMax).meta({ description: 'Whole units, 0 or more.' })
export const amountField = amountSchema.meta({ description: 'In minor units of the currency, such as cents.' })
export const currencyField = currencySchema.meta({ description: 'A currency code of ISO 4217.' })
export const instantField = z.iso.datetime().meta({ description: 'RFC 3339, in UTC.' })
export const positionField = z.string().meta({
  description: 'Opaque. Send it as `minPosition` with a query to read what this command wrote.',
})
export const reasonField = reasonSchema.meta({ description: 'The reason. It is recorded.' })

export const skuParams = z.strictObject({ sku: skuField })
export const orderParams = z.strictObject({ orderId: idSchema })
export const reservationParams = z.strictObject({ reservationId: idSchema })

/** A position of the log as callers see it. */
export const positionText = (position: bigint): string => position.toString()
