import { z } from 'zod'
import { type EventOf, eventFields } from '../event-fields.ts'

/** How far an import has come: the first `records` records are done completely. Counts are totals so far. */
export const importEventSchemas = {
  ImportAdvanced: z.strictObject({
    ...eventFields,
    records: z.int().min(0),
    taken: z.int().min(0),
    skipped: z.record(z.string().max(120), z.int().min(0)),
    done: z.boolean(),
  }),
}

export type ImportEvent = EventOf<typeof importEventSchemas>
