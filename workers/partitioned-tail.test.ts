import { describe, expect, test } from 'vitest'
import type { FollowedBatch } from '#platform/eventstore/follow-log.ts'
import type { HeldLeases } from '#platform/postgres/lease-group.ts'
import { createPartitionedTail } from './partitioned-tail.ts'

const entryAt = (stream: string, position: bigint): FollowedBatch['entries'][number] => ({
  stream,
  position,
  revision: 0,
  created: 0,
  storedType: 'Unknown.v1',
  problem: 'not looked at',
})

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Streams in the order of the log, the first at position 1. Their partition is their first letter. */
const given = (streams: readonly string[], entriesMax = 100) => {
  const log = streams.map((stream, index) => entryAt(stream, BigInt(index + 1)))
  const begun: Array<bigint | 'start'> = []
  const tail = createPartitionedTail({
    partitionOf: (stream) => stream.slice(0, 1),
    wait: soon,
    follow: async function* (after, signal) {
      begun.push(after)
      let rest = log.filter(({ position }) => after === 'start' || position > after)
      while (rest.length > 0) {
        const entries = rest.slice(0, entriesMax)
        rest = rest.slice(entriesMax)
        yield { entries, position: entries.at(-1)?.position, live: false }
      }
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    },
  })
  const next = async (): Promise<string | undefined> => {
    const batch = await tail.next(0)
    return batch?.entries.map(({ stream }) => stream).join(' ')
  }
  return { tail, begun, next }
}

/** Leases with token 1 and their positions. */
const held = (positions: Readonly<Record<string, bigint | undefined>>, token = 1): HeldLeases =>
  new Map(Object.entries(positions).map(([name, position]) => [name, { token, position }]))

test('one subscription after the lowest position feeds all partitions, without events that a partition had or that belong to others', async () => {
  const { tail, begun, next } = given(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  await tail.followFor(held({ a: 1n, b: 4n }))
  expect(await next()).toBe('a2 b2 a3')
  expect(begun).toEqual([1n])
  await tail.close()
})

test('a partition without a position begins at the start of the log', async () => {
  const { tail, begun, next } = given(['a1', 'b1'])
  await tail.followFor(held({ a: 2n, b: undefined }))
  expect(await next()).toBe('b1')
  expect(begun).toEqual(['start'])
  await tail.close()
})

describe('a partition that comes later', () => {
  test('and is behind catches up from its own position: no event is left out, and none comes twice', async () => {
    const { tail, begun, next } = given(['a1', 'b1', 'a2', 'b2', 'b3', 'a3'], 4)
    await tail.followFor(held({ a: undefined }))
    expect(await next()).toBe('a1 a2')
    tail.done()
    await tail.followFor(held({ a: undefined, b: 2n }))
    expect(await next()).toBe('b2 b3 a3')
    expect(begun).toEqual(['start', 2n])
    await tail.close()
  })

  test('and is ahead waits until the subscription has reached its position', async () => {
    const { tail, begun, next } = given(['a1', 'b1', 'a2', 'b2', 'a3', 'b3'], 2)
    await tail.followFor(held({ a: undefined }))
    expect(await next()).toBe('a1')
    tail.done()
    await tail.followFor(held({ a: undefined, b: 4n }))
    expect([await next(), await next()]).toEqual(['a2', 'a3 b3'])
    expect(begun).toEqual(['start'])
    await tail.close()
  })

  test('and is behind catches up even if the batch before was not done', async () => {
    const { tail, next } = given(['a1', 'b1', 'a2'])
    await tail.followFor(held({ a: undefined }))
    expect(await next()).toBe('a1 a2')
    await tail.followFor(held({ a: undefined, b: undefined }))
    expect(await next()).toBe('a1 b1 a2')
    await tail.close()
  })
})

test('a lost partition gets no more events; with a new token it begins at the position stored with that', async () => {
  const { tail, next } = given(['a1', 'b1', 'a2', 'b2', 'a3', 'b3'], 2)
  await tail.followFor(held({ a: undefined, b: undefined }))
  expect(await next()).toBe('a1 b1')
  tail.done()
  await tail.followFor(held({ a: undefined }))
  expect(await next()).toBe('a2')
  tail.done()
  await tail.followFor(new Map([...held({ a: undefined }), ...held({ b: 2n }, 3)]))
  expect([await next(), await next()]).toEqual(['b2', 'a3 b3'])
  await tail.close()
})

test('moves are pending until they are stored; a partition whose move was refused is not followed any more', async () => {
  const { tail, next } = given(['a1', 'b1', 'a2', 'c1', 'b2'], 4)
  await tail.followFor(held({ a: undefined, b: undefined, c: 7n }))
  expect(tail.moves()).toEqual([])
  await next()
  expect(tail.moves()).toEqual([])
  tail.done()
  const moves = [
    { name: 'a', token: 1, position: 4n },
    { name: 'b', token: 1, position: 4n },
  ]
  expect(tail.moves()).toEqual(moves)
  tail.stored(moves, new Set(['a']))
  expect(tail.moves()).toEqual([])
  expect(await next()).toBe('')
  tail.done()
  expect(tail.moves()).toEqual([{ name: 'a', token: 1, position: 5n }])
  await tail.close()
})

test('after a close, events after the stored position are followed again', async () => {
  const { tail, next, begun } = given(['a1', 'a2'])
  await tail.followFor(held({ a: 1n }))
  expect(await next()).toBe('a2')
  tail.done()
  await tail.close()
  await tail.followFor(held({ a: 1n }))
  expect(await next()).toBe('a2')
  expect(begun).toEqual([1n, 1n])
  await tail.close()
})

test('without a partition there is no subscription', async () => {
  const { tail, begun, next } = given(['a1', 'a2'], 1)
  await tail.followFor(held({}))
  expect(await next()).toBeUndefined()
  await tail.followFor(held({ a: undefined }))
  expect(await next()).toBe('a1')
  await tail.followFor(held({}))
  expect(await next()).toBeUndefined()
  expect(begun).toEqual(['start'])
})
