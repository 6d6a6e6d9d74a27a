import { type EventStoreDBClient, jsonEvent, NO_STREAM, START, streamNameFilter } from '@eventstore/db-client'
import { concurrently } from '../../shop/concurrently.ts'
import type { Contender, Round, RunningContender } from '../measuring/contender.ts'
import { type EventStoreServer, startNode } from '../servers/event-store.ts'

const eventsPerStream = 500
const streamsAtOnce = 8
const highWaterMark = 4_000
const prefix = 'read-'

const someEvent = (number: number) =>
  jsonEvent({
    type: 'StockReserved.v1',
    data: { number, reservationId: '0f2a6f5e-8a3c-5b1e-9c7d-1b2c3d4e5f60' },
  })

const appendEvents = (client: EventStoreDBClient, events: number): Promise<void> =>
  concurrently({ count: events / eventsPerStream, concurrency: streamsAtOnce }, async (stream) => {
    const streamEvents = Array.from({ length: eventsPerStream }, (_, number) => someEvent(number))
    await client.appendToStream(`${prefix}${stream}`, streamEvents, { expectedRevision: NO_STREAM })
  })

/** One way to read the log; resolves with the number of the appended events that it delivered. */
type ReadLog = (client: EventStoreDBClient, events: number) => Promise<number>

const readAll: ReadLog = async (client) => {
  let count = 0
  for await (const { event } of client.readAll({ fromPosition: START }))
    if (event?.streamId.startsWith(prefix)) count += 1
  return count
}

const subscribe: ReadLog = async (client, events) => {
  const filter = streamNameFilter({ prefixes: [prefix] })
  const subscription = client.subscribeToAll({ fromPosition: START, filter }, { highWaterMark })
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

const readRound = async ({ client }: EventStoreServer, readLog: ReadLog, events: number): Promise<Round> => {
  const startedAt = performance.now()
  const done = await readLog(client, events)
  const milliseconds = performance.now() - startedAt
  const checked = `appended ${events}, read ${done}`
  return { done, milliseconds, latencies: [], checked, broken: done === events ? [] : [checked] }
}

const start = async (readLog: ReadLog, events: number): Promise<RunningContender> => {
  const server = await startNode()
  await appendEvents(server.client, events)
  return { runRound: () => readRound(server, readLog, events), close: server.close }
}

/** Two ways to read a log of `events` events from its start. */
export const readContenders = (events: number): readonly Contender[] => [
  { design: 'readAll', durability: 'read from disk', start: () => start(readAll, events) },
  { design: 'subscribeToAll with a filter', durability: 'read from disk', start: () => start(subscribe, events) },
]
