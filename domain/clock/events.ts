import { z } from 'zod'
import { type EventOf, eventFields } from '../event-fields.ts'

/** A heartbeat of the log: it keeps log time fresh, and lets a reader prove that it is not behind. */
export const clockEventSchemas = {
  ClockTicked: z.strictObject(eventFields),
}

export type ClockEvent = EventOf<typeof clockEventSchemas>
