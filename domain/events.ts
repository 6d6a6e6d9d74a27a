import { type ClockEvent, clockEventSchemas } from './clock/events.ts'
import { type CustomerEvent, customerEventSchemas } from './customer/events.ts'
import { type ImportEvent, importEventSchemas } from './import/events.ts'
import { type OrderEvent, orderEventSchemas } from './order/events.ts'
import { type ProductEvent, productEventSchemas } from './product/events.ts'
import { type ProviderEvent, providerEventSchemas } from './provider/events.ts'
import { type StockEvent, stockEventSchemas } from './stock/events.ts'

/** The schema of every event type. */
export type DomainEvent =
  | ProductEvent
  | StockEvent
  | OrderEvent
  | CustomerEvent
  | ProviderEvent
  | ClockEvent
  | ImportEvent

export const eventSchemas = {
  ...productEventSchemas,
  ...stockEventSchemas,
  ...orderEventSchemas,
  ...customerEventSchemas,
  ...providerEventSchemas,
  ...clockEventSchemas,
  ...importEventSchemas,
}

export type EventType = keyof typeof eventSchemas

/**
 * What travels beside the data of an event. `$correlationId` is the order or reservation that the event is about; for other
 * events it is the caller's own id, or that of the command. `occurredAt` is set if the business moment differs from the
 * moment of recording (an import). `evolve` sees none of this.
 */
export type EventMetadata = {
  readonly $correlationId: string
  readonly $causationId: string
  readonly actor: string
  readonly traceparent?: string
  readonly occurredAt?: number
}

/** An event as read back from the log. `position` is its place in the whole log. */
export type RecordedEvent<Event extends DomainEvent = DomainEvent> = Event & {
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  /** The wall clock of the event store at the append, in milliseconds. */
  readonly created: number
  readonly metadata: EventMetadata
}
