import type { RecordedEvent as ClientEvent } from '@eventstore/db-client'
import { z } from 'zod'
import { decodeEvent, isUndecodable } from '#domain/codec.ts'
import type { EventMetadata, RecordedEvent } from '#domain/events.ts'
import type { UndecodableEntry } from '#projections/ports.ts'

/** An event of the log, decoded. Or, if this release cannot decode it, its place in the log and the reason. */
export type FollowedEntry = RecordedEvent | (UndecodableEntry & { readonly created: number })

const metadataSchema = z.object({
  $correlationId: z.string(),
  $causationId: z.string(),
  actor: z.string(),
  traceparent: z.string().optional(),
  occurredAt: z.int().optional(),
})

const metadataOf = (value: unknown): EventMetadata | undefined => {
  const parsed = metadataSchema.safeParse(value)
  if (!parsed.success) return undefined
  const { traceparent, occurredAt, ...rest } = parsed.data
  return {
    ...rest,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
  }
}

/** Decodes an event of the client. */
export const recordedEvent = (event: ClientEvent): FollowedEntry => {
  const place = {
    stream: event.streamId,
    revision: Number(event.revision),
    position: event.position?.commit ?? 0n,
    created: event.created.getTime(),
  }
  const decoded = decodeEvent(event.type, event.data)
  if (isUndecodable(decoded)) return { ...place, storedType: event.type, problem: decoded.problem }
  const metadata = metadataOf(event.metadata)
  if (metadata === undefined) return { ...place, storedType: event.type, problem: 'its metadata are not readable' }
  return { ...decoded, ...place, id: event.id, metadata }
}
