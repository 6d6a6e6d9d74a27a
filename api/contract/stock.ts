import { z } from 'zod'
import type { Refusal } from '../problems.ts'
import { locationField, positionField, positionText } from './fields.ts'

const level = z.int()

export const stockLevelSchema = z
  .object({
    location: z.string(),
    onHand: level,
    held: level,
    committed: level,
    safety: level.meta({ description: 'Units that are kept back from sale.' }),
    available: level.meta({ description: 'On hand minus held, committed and safety, but never negative.' }),
    shortfall: level.meta({ description: 'Units that are promised but not on hand.' }),
  })
  .meta({ id: 'StockLevel' })
export type StockLevelView = Readonly<z.infer<typeof stockLevelSchema>>

export const stockChangedSchema = z
  .object({
    sku: z.string(),
    location: z.string(),
    onHand: level,
    held: level,
    committed: level,
    position: positionField,
  })
  .meta({ id: 'StockChanged' })

/** The levels of one sku at one location after a command. */
export type StockChangeView = {
  readonly sku: string
  readonly location: string
  readonly onHand: number
  readonly held: number
  readonly committed: number
  readonly position: bigint
}

export const presentStockChanged = ({ position, ...levels }: StockChangeView): z.infer<typeof stockChangedSchema> => ({
  ...levels,
  position: positionText(position),
})

export const stockLocationField = locationField.optional().meta({
  description: 'One of the configured locations, converted to upper case. Default: the first one.',
})

/** Why a command on the stock of a sku is refused. */
export type StockCommandRefusal = Refusal<'unknown_sku' | 'unknown_location' | 'exceeds_stock'>
