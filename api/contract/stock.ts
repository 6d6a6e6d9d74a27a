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
    safety: level.meta({ description: 'Units kept back from sale.' }),
    available: level.meta({ description: 'On hand, less held, committed and safety; never negative.' }),
    shortfall: level.meta({ description: 'Units that are promised but not there.' }),
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

/** The levels after a command on one stock stream. */
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

/** Left out: the first configured location. */
export const stockLocationField = locationField.optional()

/** Why a command on the stock of a sku is refused. */
export type StockCommandRefusal = Refusal<'unknown_sku' | 'unknown_location' | 'exceeds_stock'>
