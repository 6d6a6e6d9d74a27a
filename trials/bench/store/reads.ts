import { type EventStoreDBClient, jsonEvent, NO_STREAM, START, streamNameFilter } from '@eventstore/db-client'
import type { Arena, Contender, Round } from '../run.ts'
import { type LogServer, startNode } from '../servers.ts'

const eventsPerStream = 500
const streamsAtOnce = 8
const bufferedMax = 4_000
const prefix = 'read-'

const fill = async (client: EventStoreDBClient, events: number): Promise<void> => {
  const streams = events / eventsPerStream
  const fillStream = (index: number) =>
    client.appendToStream(
      `${prefix}${index}`,
      Array.from({ length: eventsPerStream }, (_, number) =>
        jsonEvent({
          type: 'StockReserved.v1',
          data: { number, reservationId: '0f2a6f5e-8a3c-5b1e-9c7d-1b2c3d4e5f60' },
        }),
      ),
      { expectedRevision: NO_STREAM },
    )
  for (let start = 0; start < streams; start += streamsAtOnce)
    await Promise.all(
      Array.from({ length: Math.min(streamsAtOnce, streams - start) }, (_, index) => fillStream(start + index)),
    )
}

/** Counts the events of ours that one way of reading hands out. */
type Read = (client: EventStoreDBClient, events: number) => Promise<number>

const readAll: Read = async (client) => {
  let count = 0
  for await (const { event } of client.readAll({ fromPosition: START }))
    if (event?.streamId.startsWith(prefix)) count += 1
  return count
}

const subscribe: Read = async (client, events) => {
  const filter = streamNameFilter({ prefixes: [prefix] })
  const subscription = client.subscribeToAll({ fromPosition: START, filter }, { highWaterMark: bufferedMax })
  let count = 0
  await new Promise<void>((resolve, reject) => {
    subscription.on('error', reject)
    subscription.on('data', () => {
      count += 1
      if (count === events) resolve()
    })
  })
  await subscription.unsubscribe()
  return count
}

const readRound = async ({ client }: LogServer, read: Read, events: number): Promise<Round> => {
  const startedAt = performance.now()
  const done = await read(client, events)
  const milliseconds = performance.now() - startedAt
  const checked = `appended ${events}, read ${done}`
  return { done, milliseconds, latencies: [], checked, broken: done === events ? [] : [checked] }
}

const openArena = async (read: Read, events: number): Promise<Arena> => {
  const server = await startNode()
  await fill(server.client, events)
  return { round: () => readRound(server, read, events), close: server.close }
}

/** Reading a log of so many events from its start, as a projection does that is built anew. */
export const readContenders = (events: number): readonly Contender[] => [
  { design: 'readAll', durability: 'read from disk', open: () => openArena(readAll, events) },
  { design: 'subscribeToAll, filtered', durability: 'read from disk', open: () => openArena(subscribe, events) },
]
