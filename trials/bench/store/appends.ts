import { randomUUID } from 'node:crypto'
import { BACKWARDS, END, type EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client'
import { measureLoad } from '../load/load.ts'
import type { Contender, Round, RunningContender } from '../measuring/contender.ts'
import { type EventStoreServer, startEcho, startNode } from '../servers/event-store.ts'

/** Each client appends to a stream of its own, one append after the other. */
export type AppendLoad = {
  readonly clients: number
  readonly eventsPerAppend: number
  /** `Append` is one call for each append; `BatchAppend` is one long call for all appends of the client library. */
  readonly rpc: 'Append' | 'BatchAppend'
  readonly seconds: number
}

/** With credentials for one append, the client library uses `Append` for it. */
const credentials = { username: 'bench', password: 'bench' }

const someEvent = () =>
  jsonEvent({
    id: randomUUID(),
    type: 'StockReserved.v1',
    data: {
      at: 1_750_000_000_000,
      commandId: 'b8d1cb4e-6a55-5d2f-8d2e-0d3c4f3f2c11',
      reservationId: '0f2a6f5e-8a3c-5b1e-9c7d-1b2c3d4e5f60',
      line: 0,
      quantity: 1,
      expiresAt: 1_750_000_900_000,
      onHandAfter: 1_000_000,
      heldAfter: 12_345,
      committedAfter: 0,
    },
    metadata: new TextEncoder().encode('{"$correlationId":"0f2a6f5e-8a3c-5b1e-9c7d-1b2c3d4e5f60","actor":"bench"}'),
  })

/** Number of events in a stream, from its last revision: revisions have no gaps. */
const eventsIn = async (client: EventStoreDBClient, stream: string): Promise<number> => {
  let count = 0
  // Read to the end: the client cannot be disposed of while a read that was left early is open.
  for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))
    count = Number(event?.revision ?? -1n) + 1
  return count
}

/** Round `number` appends to streams that no other round uses. */
const appendRound = async (
  { client }: EventStoreServer,
  { clients, eventsPerAppend, rpc, seconds }: AppendLoad,
  { number, isStored }: { readonly number: number; readonly isStored: boolean },
): Promise<Round> => {
  const streamOf = (index: number): string => `append-${number}-${index}`
  const eventsAppended = new Array<number>(clients).fill(0)
  const options = rpc === 'Append' ? { credentials } : {}
  const load = { kind: 'steady', clients, milliseconds: seconds * 1_000 } as const
  const { latencies, milliseconds } = await measureLoad(load, async (_, index) => {
    const appended = eventsAppended[index] ?? 0
    const expectedRevision = appended === 0 ? NO_STREAM : BigInt(appended - 1)
    const events = Array.from({ length: eventsPerAppend }, someEvent)
    await client.appendToStream(streamOf(index), events, { expectedRevision, ...options })
    eventsAppended[index] = appended + eventsPerAppend
  })
  const done = latencies.length * eventsPerAppend
  if (!isStored) return { done, milliseconds, latencies, checked: `answered ${done}`, broken: [] }
  const counts = await Promise.all(eventsAppended.map((_, index) => eventsIn(client, streamOf(index))))
  const stored = counts.reduce((sum, count) => sum + count, 0)
  const checked = `answered ${done}, stored ${stored}`
  return { done, milliseconds, latencies, checked, broken: stored === done ? [] : [checked] }
}

const start = async (load: AppendLoad, isStored: boolean): Promise<RunningContender> => {
  const server = await (isStored ? startNode() : startEcho())
  let rounds = 0
  return { runRound: () => appendRound(server, load, { number: rounds++, isStored }), close: server.close }
}

/** The event store node, and the echo that answers the same appends without storing them. */
export const appendContenders = (load: AppendLoad): readonly Contender[] => [
  { design: 'event store node', durability: 'event log synced', start: () => start(load, true) },
  { design: 'gRPC echo', durability: 'nothing stored', start: () => start(load, false) },
]
