import { type EventStoreDBClient, START } from '@eventstore/db-client'
import type { RecordedEvent } from '#domain/events.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { recordedEvent } from '#platform/eventstore/recorded-event.ts'

export type LogReader = {
  /** Every event so far except ClockTicked, in log order. Throws if an event cannot be decoded. */
  readonly events: () => Promise<readonly RecordedEvent[]>
  readonly close: () => Promise<void>
}

const readEvents = async (client: EventStoreDBClient): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = []
  for await (const { event } of client.readAll({ fromPosition: START })) {
    if (event === undefined || event.type.startsWith('$')) continue
    const recorded = recordedEvent(event)
    if ('problem' in recorded) throw new Error(`${recorded.stream} revision ${recorded.revision}: ${recorded.problem}`)
    if (recorded.type !== 'ClockTicked') events.push(recorded)
  }
  return events
}

/** Reads the event log directly, not through a read model. */
export const openLog = (eventStoreUrl: string): LogReader => {
  const client = connectEventStore(eventStoreUrl)
  return { events: () => readEvents(client), close: () => client.dispose() }
}
