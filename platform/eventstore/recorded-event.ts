import type { RecordedEvent as ClientEvent } from '@eventstore/db-client'
import { z } from 'zod'
import { decodeEvent, isUndecodable } from '#domain/codec.ts'
import type { EventMetadata, RecordedEvent } from '#domain/events.ts'

/** An event that this release cannot read, with its place in the log. */
export type UnreadableEvent = {
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly created: number
  readonly storedType: string
  readonly problem: string
}

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

/** An event as the client hands it out, decoded; or its place and why it cannot be read. */
export const recordedEvent = (event: ClientEvent): RecordedEvent | UnreadableEvent => {
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
