import type { DomainEvent, EventMetadata, EventType, RecordedEvent } from '#domain/events.ts'
import type { UndecodableEntry } from '../ports.ts'

type DataOf<Type extends EventType> = Omit<Extract<DomainEvent, { readonly type: Type }>['data'], 'at' | 'commandId'>

export const commandId = '00000000-0000-4000-8000-00000000c0de'
export const metadata: EventMetadata = { $correlationId: 'correlation', $causationId: 'cause', actor: 'staff:ada' }

type LogPlace = { readonly stream: string; readonly revision: number; readonly position: bigint }

/** An event at a place in the log. Its `at` is its position, so that one number gives every time in a test. */
export const recorded = <Type extends EventType>(
  { stream, revision, position }: LogPlace,
  type: Type,
  data: DataOf<Type>,
  more: Partial<EventMetadata> = {},
): RecordedEvent => {
  const event = { type, data: { ...data, at: Number(position), commandId } }
  return {
    // The type parameter pairs type and data; the compiler cannot see that in the union of all events.
    ...(event as DomainEvent),
    id: `${stream}/${revision}`,
    stream,
    revision,
    position,
    created: Number(position),
    metadata: { ...metadata, ...more },
  }
}

export const undecodable = ({ stream, revision, position }: LogPlace): UndecodableEntry => ({
  stream,
  revision,
  position,
  storedType: 'StockMelted.v9',
  problem: 'unknown event type StockMelted.v9',
})

export const reservationId = '00000000-0000-4000-8000-000000000001'
export const otherReservationId = '00000000-0000-4000-8000-000000000002'
export const levels = (onHandAfter: number, heldAfter = 0, committedAfter = 0) => ({
  onHandAfter,
  heldAfter,
  committedAfter,
})
