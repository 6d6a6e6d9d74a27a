import { z } from 'zod'
import { type EventOf, eventFields } from '../event-fields.ts'
import { providerNameSchema } from '../values/names.ts'

// A webhook of a payment provider whose order is not known yet. Only ids and type are kept; the object is read again.

/** What kind of object it is, which decides how it is read again. */
const noticeKinds = ['intent', 'refund', 'dispute'] as const
export type NoticeKind = (typeof noticeKinds)[number]

export const providerEventSchemas = {
  ProviderEventReceived: z.strictObject({
    ...eventFields,
    provider: providerNameSchema,
    providerEventId: z.string().min(1).max(255),
    providerObjectId: z.string().min(1).max(255),
    eventType: z.string().min(1).max(255),
    /** Absent in events stored before the field was added: then the provider derives it from `eventType`. */
    kind: z.enum(noticeKinds).optional(),
  }),
  ProviderEventApplied: z.strictObject(eventFields),
}

export type ProviderEvent = EventOf<typeof providerEventSchemas>
