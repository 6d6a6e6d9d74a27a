import { z } from 'zod'
import { type EventOf, eventFields } from '../event-fields.ts'

export const customerEventSchemas = {
  CustomerErased: z.strictObject(eventFields),
}

export type CustomerEvent = EventOf<typeof customerEventSchemas>
