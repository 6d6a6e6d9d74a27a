import {
  type AllStreamSubscription,
  eventTypeFilter,
  type Position,
  type StreamSubscription,
  streamNameFilter,
} from '@eventstore/db-client'
import { expect, test, vi } from 'vitest'
import { anEvent, clientOf, events, givenClient, givenNode } from '../../testing/fixture.ts'

type Deliveries = string[]

/** Everything that a subscription tells, in its order: what happens to it and "revision@stream" of each event. */
const record = (subscription: StreamSubscription | AllStreamSubscription): Deliveries => {
  const told: Deliveries = []
  subscription.on('confirmation', () => told.push('confirmed'))
  subscription.on('caughtUp', () => told.push('caught up'))
  subscription.on('fellBehind', () => told.push('fell behind'))
  subscription.on('error', (error: Error & { type?: string }) => told.push(`error ${error.type}`))
  const stream: NodeJS.EventEmitter = subscription
  stream.on('data', ({ event }: { event: { revision: bigint; streamId: string } }) =>
    told.push(`${event.revision}@${event.streamId}`),
  )
  return told
}

const eventually = (told: Deliveries, expected: readonly string[]) =>
  vi.waitFor(() => expect(told).toEqual(expected), { timeout: 10_000, interval: 5 })

test('a stream: confirmation, history, caught up once, then live events in order', async () => {
  const client = await givenClient()
  await client.appendToStream('a', events(1, 2))
  const told = record(client.subscribeToStream('a'))
  await eventually(told, ['confirmed', '0@a', '1@a', 'caught up'])
  await client.appendToStream('b', events(3, 3))
  await client.appendToStream('a', events(4, 5))
  await client.appendToStream('a', events(6, 6))
  await eventually(told, ['confirmed', '0@a', '1@a', 'caught up', '2@a', '3@a', '4@a'])
})

test('a stream from a revision starts after it; from the end it is live at once', async () => {
  const client = await givenClient()
  await client.appendToStream('a', events(1, 3))
  const after = record(client.subscribeToStream('a', { fromRevision: 1n }))
  const live = record(client.subscribeToStream('a', { fromRevision: 'end' }))
  await eventually(after, ['confirmed', '2@a', 'caught up'])
  await eventually(live, ['confirmed', 'caught up'])
  await client.appendToStream('a', events(4, 4))
  await eventually(live, ['confirmed', 'caught up', '3@a'])
})

test('a subscription to a missing stream is caught up at once, and live once the stream exists', async () => {
  const client = await givenClient()
  const told = record(client.subscribeToStream('later'))
  await eventually(told, ['confirmed', 'caught up'])
  await client.appendToStream('later', events(1, 1))
  await eventually(told, ['confirmed', 'caught up', '0@later'])
})

test('$all from the start, from a position (exclusive) and from the end', async () => {
  const client = await givenClient()
  const { position } = await client.appendToStream('a', events(1, 2))
  await client.appendToStream('b', events(3, 3))
  if (position === undefined) throw new Error('no position')
  const [start, after, end] = [
    record(client.subscribeToAll()),
    record(client.subscribeToAll({ fromPosition: position })),
    record(client.subscribeToAll({ fromPosition: 'end' })),
  ]
  await eventually(start, ['confirmed', '0@$node', '0@a', '1@a', '0@b', 'caught up'])
  await eventually(after, ['confirmed', '0@b', 'caught up'])
  await eventually(end, ['confirmed', 'caught up'])
  await client.appendToStream('a', events(4, 4))
  await eventually(end, ['confirmed', 'caught up', '2@a'])
})

test.each([
  ['type prefixes', eventTypeFilter({ prefixes: ['Stock', 'Order'] }), ['0@stock-1', '0@order-1']],
  ['type expression', eventTypeFilter({ regex: '^(Stock|Payment).*d$' }), ['0@stock-1', '1@order-1']],
  ['stream prefixes', streamNameFilter({ prefixes: ['order-'] }), ['0@order-1', '1@order-1']],
  ['stream expression', streamNameFilter({ regex: '^[^$]' }), ['0@stock-1', '0@order-1', '1@order-1']],
])('$all filtered by %s, in history and live', async (_, filter, matching) => {
  const client = await givenClient()
  const fill = async () => {
    await client.appendToStream('stock-1', anEvent(1, 'StockReserved'))
    await client.appendToStream('order-1', anEvent(2, 'OrderPlaced'))
    await client.appendToStream('order-1', anEvent(3, 'PaymentCaptured'))
  }
  const live = record(client.subscribeToAll({ filter }))
  await eventually(live, ['confirmed', 'caught up'])
  await fill()
  await eventually(live, ['confirmed', 'caught up', ...matching])
  const history = record(client.subscribeToAll({ filter }))
  await eventually(history, ['confirmed', ...matching, 'caught up'])
})

test('a filtered subscription gets checkpoints for events that it does not match, and none twice', async () => {
  const client = await givenClient()
  for (let from = 0; from < 100; from += 10) await client.appendToStream('noise', events(from, from + 9, 'Noise'))
  const checkpoints: Position[] = []
  const filter = eventTypeFilter({
    prefixes: ['Signal'],
    maxSearchWindow: 10,
    checkpointInterval: 2,
    checkpointReached: (_, position) => {
      checkpoints.push(position)
    },
  })
  const told = record(client.subscribeToAll({ filter }))
  await eventually(told, ['confirmed', 'caught up'])
  const all = await Array.fromAsync(client.readAll())
  const at = (index: number) => all[index]?.event?.position
  // Every 20 events gone through, and the last of the history.
  expect(checkpoints).toEqual([at(19), at(39), at(59), at(79), at(99), at(100)])
  await client.appendToStream('noise', events(200, 219, 'Noise'))
  await vi.waitFor(() => expect(checkpoints).toHaveLength(7), { timeout: 10_000 })
  await client.appendToStream('signal', anEvent(300, 'Signal'))
  await eventually(told, ['confirmed', 'caught up', '0@signal'])
})

test('a history that ends on a checkpoint gets no second one', async () => {
  const client = await givenClient()
  await client.appendToStream('noise', events(1, 9, 'Noise'))
  const checkpoints: Position[] = []
  const filter = eventTypeFilter({
    prefixes: ['Signal'],
    maxSearchWindow: 10,
    checkpointReached: (_, position) => {
      checkpoints.push(position)
    },
  })
  const told = record(client.subscribeToAll({ filter }))
  await eventually(told, ['confirmed', 'caught up'])
  const all = await Array.fromAsync(client.readAll())
  expect(checkpoints).toEqual([all[9]?.event?.position])
})

test('an invalid regular expression is refused', async () => {
  const client = await givenClient()
  const subscription = client.subscribeToAll({ filter: eventTypeFilter({ regex: '(' }) })
  const error = await new Promise((resolve) => subscription.once('error', resolve))
  expect(String(error)).toContain('valid expression')
})

test('slow and fast subscribers get the same events while appends go on', async () => {
  const client = await givenClient()
  const [fast, slow] = [client.subscribeToStream('a'), client.subscribeToStream('a')]
  const seen: bigint[] = []
  const reading = (async () => {
    for await (const { event } of slow) {
      seen.push(event?.revision ?? -1n)
      if (seen.length % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
      if (seen.length === 5_000) return
    }
  })()
  const told = record(fast)
  for (let from = 0; from < 5_000; from += 100) await client.appendToStream('a', events(from, from + 99))
  await reading
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, revision) => BigInt(revision)))
  await vi.waitFor(() => expect(told.filter((line) => line.includes('@'))).toHaveLength(5_000), { timeout: 10_000 })
  expect(told.filter((line) => line === 'caught up')).toEqual(['caught up'])
})

test('a subscription ends without an error when its client unsubscribes', async () => {
  const client = await givenClient()
  const subscription = client.subscribeToStream('a')
  const told = record(subscription)
  await eventually(told, ['confirmed', 'caught up'])
  await subscription.unsubscribe()
  await client.appendToStream('a', events(1, 1))
  expect(told).toEqual(['confirmed', 'caught up'])
})

test('a node that stops ends subscriptions as unavailable, so that clients reconnect', async () => {
  const node = await givenNode()
  const client = clientOf(node)
  const told = record(client.subscribeToAll())
  await eventually(told, ['confirmed', '0@$node', 'caught up'])
  await node.stop()
  await eventually(told, ['confirmed', '0@$node', 'caught up', 'error unavailable'])
})
