import { z } from 'zod'
import { type EventOf, eventFields } from '../event-fields.ts'
import { providerNameSchema } from '../values/names.ts'

// A provider's webhook whose order is not known yet: ids and type only, the object itself is read again.

/** What an object of the provider is, so that whoever reads it again knows how to. */
export const noticeKinds = ['intent', 'refund', 'dispute'] as const
export type NoticeKind = (typeof noticeKinds)[number]

export const providerEventSchemas = {
  ProviderEventReceived: z.strictObject({
    ...eventFields,
    provider: providerNameSchema,
    providerEventId: z.string().min(1).max(255),
    providerObjectId: z.string().min(1).max(255),
    eventType: z.string().min(1).max(255),
    /** Absent in events stored before it was added: then the provider tells it from `eventType`. */
    kind: z.enum(noticeKinds).optional(),
  }),
  ProviderEventApplied: z.strictObject(eventFields),
}

export type ProviderEvent = EventOf<typeof providerEventSchemas>
