import { z } from 'zod'
import { idSchema } from './values/ids.ts'
import { instantSchema } from './values/instant.ts'
import { levelSchema } from './values/quantity.ts'

// Fields that several events share. All of them are stored: fields may be added, never renamed or removed.

/** On every event: the log time of the decision, and the id of the command that led to it. */
export const eventFields = { at: instantSchema, commandId: idSchema }

/** The number of a line within an order or a reservation, from 0. */
export const lineNumberSchema = z.int().min(0).max(999)

/** The order event that caused a stock event; null if no order did (a shopper released the reservation). */
export const causeSchema = z.strictObject({ orderId: idSchema, revision: z.int().min(0) }).nullable()
export type Cause = z.infer<typeof causeSchema>

/** The levels of a stock stream after an event. Projections assign them instead of adding, so a replay cannot drift. */
export const levelFields = { onHandAfter: levelSchema, heldAfter: levelSchema, committedAfter: levelSchema }

export const reasonSchema = z.string().min(1).max(500)

/** The union of the events in a table of schemas: type and data of each. */
export type EventOf<Schemas extends Record<string, z.ZodType>> = {
  readonly [Type in keyof Schemas & string]: { readonly type: Type; readonly data: Readonly<z.infer<Schemas[Type]>> }
}[keyof Schemas & string]
