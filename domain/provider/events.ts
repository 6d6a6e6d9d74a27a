import { z } from 'zod'
import { type EventOf, eventFields } from '../event-fields.ts'

// A provider's webhook whose order is not known yet: ids and type only, the object itself is read again.

export const providerEventSchemas = {
  ProviderEventReceived: z.strictObject({
    ...eventFields,
    provider: z.enum(['stripe']),
    providerEventId: z.string().min(1).max(255),
    providerObjectId: z.string().min(1).max(255),
    eventType: z.string().min(1).max(255),
  }),
  ProviderEventApplied: z.strictObject(eventFields),
}

export type ProviderEvent = EventOf<typeof providerEventSchemas>
