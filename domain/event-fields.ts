import { z } from 'zod'
import { idSchema } from './values/ids.ts'
import { instantSchema } from './values/instant.ts'
import { levelSchema } from './values/quantity.ts'

// What several events share. Everything here is stored for ever: fields may be added, never renamed or dropped.

/** On every event: log time of the decision, and the command that it answers. */
export const eventFields = { at: instantSchema, commandId: idSchema }

/** Within an order or a reservation, lines are numbered from 0. */
export const lineNumberSchema = z.int().min(0).max(999)

/** The order event that caused a stock event; null where no order did (a shopper's own release). */
export const causeSchema = z.strictObject({ orderId: idSchema, revision: z.int().min(0) }).nullable()
export type Cause = z.infer<typeof causeSchema>

/** The levels of a stock stream after an event, so that projections assign and a replay cannot drift. */
export const levelFields = { onHandAfter: levelSchema, heldAfter: levelSchema, committedAfter: levelSchema }

export const reasonSchema = z.string().min(1).max(500)

/** An event as decided: its type, and its data as the schema of that type has it. */
export type EventOf<Schemas extends Record<string, z.ZodType>> = {
  readonly [Type in keyof Schemas & string]: { readonly type: Type; readonly data: Readonly<z.infer<Schemas[Type]>> }
}[keyof Schemas & string]
