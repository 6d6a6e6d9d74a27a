import type { EventStoreDBClient } from '@eventstore/db-client'
import type { FoundLog, Written } from './check.ts'
import { partSchema } from './load.ts'

/** Reads the whole log, and each of its streams whose name starts with `prefix` again by itself. */
export const findLog = async (client: EventStoreDBClient, prefix: string): Promise<FoundLog> => {
  const events: Written[] = []
  for await (const { event } of client.readAll()) {
    if (event === undefined || !event.streamId.startsWith(prefix)) continue
    const { id, streamId: stream, revision, position } = event
    events.push({
      id,
      stream,
      revision: Number(revision),
      position: position.commit,
      data: partSchema.parse(event.data),
    })
  }
  const streams = new Map<string, readonly string[]>()
  for (const stream of new Set(events.map(({ stream }) => stream)))
    streams.set(stream, await Array.fromAsync(client.readStream(stream), ({ event }) => event?.id ?? ''))
  return { events, streams }
}
