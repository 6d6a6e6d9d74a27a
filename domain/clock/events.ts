import { z } from 'zod'
import { type EventOf, eventFields } from '../event-fields.ts'

/** Appended every few seconds: it keeps log time fresh, and a reader that sees it knows that it is not behind. */
export const clockEventSchemas = {
  ClockTicked: z.strictObject(eventFields),
}

export type ClockEvent = EventOf<typeof clockEventSchemas>
