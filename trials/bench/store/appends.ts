import { randomUUID } from 'node:crypto'
import { BACKWARDS, END, type EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client'
import { timed } from '../load.ts'
import type { Arena, Contender, Round } from '../run.ts'
import { type LogServer, startEchoServer, startNode } from '../servers.ts'

/** How to append: so many streams at once, one append after the other on each, so many events in one. */
export type AppendLoad = {
  readonly clients: number
  readonly eventsAtOnce: number
  /** Credentials make the client use the classic Append, a call for each append; without it uses one long BatchAppend. */
  readonly classic: boolean
  readonly seconds: number
}

const credentials = { username: 'bench', password: 'bench' }

const anEvent = () =>
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

/** The events of a stream, by its last revision: revisions have no gap. */
const eventsIn = async (client: EventStoreDBClient, stream: string): Promise<number> => {
  let count = 0
  // Read to its end: the client cannot be disposed of while a read that was left early is open.
  for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))
    count = Number(event?.revision ?? -1n) + 1
  return count
}

const appendRound = async (server: LogServer, load: AppendLoad, number: number, isStored: boolean): Promise<Round> => {
  const { clients, eventsAtOnce, seconds } = load
  const stream = (client: number): string => `append-${number}-${client}`
  const next = new Array<number>(clients).fill(0)
  const options = load.classic ? { credentials } : {}
  const timings = await timed({ kind: 'steady', clients, milliseconds: seconds * 1_000 }, async (_, client) => {
    const revision = next[client] ?? 0
    const expectedRevision = revision === 0 ? NO_STREAM : BigInt(revision - 1)
    const events = Array.from({ length: eventsAtOnce }, anEvent)
    await server.client.appendToStream(stream(client), events, { expectedRevision, ...options })
    next[client] = revision + eventsAtOnce
  })
  const done = timings.latencies.length * eventsAtOnce
  const round = { done, milliseconds: timings.milliseconds, latencies: timings.latencies }
  if (!isStored) return { ...round, checked: `answered ${done}`, broken: [] }
  const counts = await Promise.all(next.map((_, client) => eventsIn(server.client, stream(client))))
  const stored = counts.reduce((sum, count) => sum + count, 0)
  const checked = `answered ${done}, stored ${stored}`
  return { ...round, checked, broken: stored === done ? [] : [checked] }
}

const openArena = async (load: AppendLoad, isStored: boolean): Promise<Arena> => {
  const server = await (isStored ? startNode() : startEchoServer())
  let rounds = 0
  return { round: () => appendRound(server, load, rounds++, isStored), close: server.close }
}

/** The node, and the echo that answers the same appends without storing them. */
export const appendContenders = (load: AppendLoad): readonly Contender[] => [
  { design: 'event store node', durability: 'log synced', open: () => openArena(load, true) },
  { design: 'gRPC echo', durability: 'nothing is stored', open: () => openArena(load, false) },
]
