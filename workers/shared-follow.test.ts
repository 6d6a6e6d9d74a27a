import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Follow, FollowedBatch } from '#platform/eventstore/follow-log.ts'
import { onlyStreams, shareFollow } from './shared-follow.ts'

type Entry = FollowedBatch['entries'][number]

const entryAt = (position: bigint, stream = 'order-1'): Entry => ({
  stream,
  position,
  revision: 0,
  created: 0,
  storedType: 'Unknown.v1',
  problem: 'not looked at',
})

/** A log that the test writes to. It delivers existing entries in batches of two, then new entries as they are written. */
const growing = () => {
  const log: Entry[] = []
  const calls: string[] = []
  const waiting = new Set<() => void>()
  let isBroken = false
  const write = (...streams: readonly string[]): void => {
    for (const stream of streams) log.push(entryAt(BigInt(log.length + 1), stream))
    for (const wake of [...waiting]) wake()
  }
  const written = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      waiting.add(resolve)
      signal.addEventListener('abort', () => resolve())
    })
  const follow: Follow = async function* (after, signal) {
    calls.push(`after ${after}`)
    let position = after === 'start' ? undefined : after
    let live = false
    try {
      while (!signal.aborted) {
        if (isBroken) throw new Error('the log is gone')
        const entries = log.filter((entry) => position === undefined || entry.position > position).slice(0, 2)
        position = entries.at(-1)?.position ?? position
        if (entries.length > 0) yield { entries, position, live }
        else if (live) await written(signal)
        else {
          live = true
          yield { entries: [], position, live }
        }
      }
    } finally {
      calls.push('ended')
    }
  }
  const breakOff = (): void => {
    isBroken = true
    write()
  }
  return { calls, write, follow, breakOff }
}

/** A reader that takes a batch when the test asks for it, and the positions that it has had so far. */
const reading = (follow: Follow, after: bigint | 'start' = 'start') => {
  const controller = new AbortController()
  const batches = follow(after, controller.signal)
  const had: bigint[] = []
  const take = async (): Promise<'history' | 'live' | 'ended'> => {
    const { done, value } = await batches.next()
    if (done) return 'ended'
    had.push(...value.entries.map(({ position }) => position))
    return value.live ? 'live' : 'history'
  }
  const takeTo = async (position: bigint): Promise<void> => {
    while ((had.at(-1) ?? 0n) < position) if ((await take()) === 'ended') return
  }
  const untilLive = async (): Promise<void> => {
    while ((await take()) === 'history');
  }
  const stop = async (): Promise<void> => {
    controller.abort()
    await batches.return(undefined)
  }
  return { had, take, takeTo, untilLive, stop }
}

const upTo = (last: number): readonly bigint[] => Array.from({ length: last }, (_, index) => BigInt(index + 1))

describe('readers that have caught up', () => {
  test('share the subscription of the first one', async () => {
    const { calls, write, follow } = growing()
    const shared = shareFollow(follow)
    write('a', 'b', 'c')
    const [one, other] = [reading(shared), reading(shared, 1n)]
    await one.untilLive()
    await other.untilLive()
    write('d')
    await Promise.all([one.takeTo(4n), other.takeTo(4n)])
    expect([one.had, other.had]).toEqual([upTo(4), [2n, 3n, 4n]])
    expect(calls).toEqual(['after start', 'after 1', 'ended'])
    await one.stop()
    await other.stop()
    expect(calls).toEqual(['after start', 'after 1', 'ended', 'ended'])
  })

  test('can leave in any order, and the last one ends the subscription', async () => {
    const { calls, write, follow } = growing()
    const shared = shareFollow(follow)
    write('a')
    const [one, other] = [reading(shared), reading(shared)]
    await one.untilLive()
    await other.untilLive()
    write('b')
    await other.takeTo(2n)
    await one.stop()
    write('c')
    await other.takeTo(3n)
    expect(other.had).toEqual(upTo(3))
    await other.stop()
    expect(calls.filter((line) => line === 'ended')).toHaveLength(2)
  })

  test('do not wait for each other: one that is too far behind catches up on its own and misses nothing', async () => {
    const { calls, write, follow } = growing()
    const shared = shareFollow(follow, { forReaders: 2, forJoining: 2 })
    write('a')
    const [fast, slow] = [reading(shared), reading(shared)]
    await fast.untilLive()
    await slow.untilLive()
    write('b')
    await slow.takeTo(2n)
    write('c', 'd', 'e', 'f', 'g', 'h')
    await fast.takeTo(8n)
    expect(slow.had).toEqual(upTo(2))
    await slow.takeTo(8n)
    expect([fast.had, slow.had]).toEqual([upTo(8), upTo(8)])
    expect(calls).toContain('after 2')
    await fast.stop()
    await slow.stop()
  })

  test.each([
    { forJoining: 4, joins: 'joins their subscription', ended: ['ended'] },
    { forJoining: 2, joins: 'shares its own subscription', ended: [] },
  ])('keep the last $forJoining entries that all have had: a later reader $joins', async ({ forJoining, ended }) => {
    const { calls, write, follow } = growing()
    const shared = shareFollow(follow, { forReaders: 20, forJoining })
    write('a')
    const early = reading(shared)
    await early.untilLive()
    write('b')
    await early.takeTo(2n)
    const late = reading(shared)
    await late.untilLive()
    write('c', 'd', 'e', 'f')
    await early.takeTo(6n)
    await late.takeTo(6n)
    expect([early.had, late.had]).toEqual([upTo(6), upTo(6)])
    expect(calls).toEqual(['after start', 'after start', ...ended])
    await early.stop()
    await late.stop()
  })

  test('keep all entries that one of them has not had', async () => {
    const { calls, write, follow } = growing()
    const shared = shareFollow(follow, { forReaders: 20, forJoining: 1 })
    write('a')
    const [fast, slow] = [reading(shared), reading(shared)]
    await fast.untilLive()
    await slow.untilLive()
    write('b')
    await Promise.all([fast.takeTo(2n), slow.takeTo(2n)])
    write('c', 'd', 'e', 'f', 'g', 'h')
    await fast.takeTo(8n)
    await slow.takeTo(8n)
    expect([fast.had, slow.had]).toEqual([upTo(8), upTo(8)])
    expect(calls).toEqual(['after start', 'after start', 'ended'])
    await fast.stop()
    await slow.stop()
  })

  test('end by their signal while they wait, and the others go on', async () => {
    const { write, follow } = growing()
    const shared = shareFollow(follow)
    write('a')
    const [one, other] = [reading(shared), reading(shared)]
    await one.untilLive()
    await other.untilLive()
    const [aborted, taken] = [one.take(), other.takeTo(2n)]
    await one.stop()
    expect(await aborted).toBe('ended')
    write('b')
    await taken
    expect([one.had, other.had]).toEqual([[1n], upTo(2)])
    await other.stop()
  })
})

test('each reader gets the error if the log cannot be followed any more', async () => {
  const { write, follow, breakOff } = growing()
  const shared = shareFollow(follow)
  write('a')
  const [one, other] = [reading(shared), reading(shared)]
  await one.untilLive()
  await other.untilLive()
  breakOff()
  await expect(one.takeTo(2n)).rejects.toThrow('the log is gone')
  await expect(other.takeTo(2n)).rejects.toThrow('the log is gone')
})

test('readers of an empty log follow it on their own until something is written', async () => {
  const { calls, write, follow } = growing()
  const shared = shareFollow(follow)
  const [one, other] = [reading(shared), reading(shared)]
  await one.untilLive()
  await other.untilLive()
  write('a')
  await one.takeTo(1n)
  await other.takeTo(1n)
  write('b')
  await Promise.all([one.takeTo(2n), other.takeTo(2n)])
  expect([one.had, other.had]).toEqual([upTo(2), upTo(2)])
  expect(calls.filter((line) => line === 'ended')).toHaveLength(1)
  await one.stop()
  await other.stop()
})

test('every reader gets every entry once and in order, at any speed', async () => {
  const moves = fc.array(fc.constantFrom('write', 'one', 'other', 'third'), { minLength: 1, maxLength: 60 })
  const number = fc.integer({ min: 1, max: 6 })
  await fc.assert(
    fc.asyncProperty(moves, number, number, async (order, forReaders, forJoining) => {
      const { write, follow } = growing()
      const shared = shareFollow(follow, { forReaders, forJoining })
      write('a', 'b', 'c')
      let last = 3
      const readers = { one: reading(shared), other: reading(shared, 2n), third: reading(shared) }
      for (const move of order) {
        if (move === 'write') {
          write('d')
          last += 1
        } else if (readers[move].had.at(-1) !== BigInt(last)) await readers[move].take()
      }
      write('e')
      last += 1
      for (const reader of Object.values(readers)) await reader.takeTo(BigInt(last))
      expect([readers.one.had, readers.third.had]).toEqual([upTo(last), upTo(last)])
      expect(readers.other.had).toEqual(upTo(last).slice(2))
      for (const reader of Object.values(readers)) await reader.stop()
    }),
    { seed: 20_260_101, numRuns: 300 },
  )
})

test('a reader with a prefix gets those streams alone, and positions that advance over all streams', async () => {
  const { write, follow } = growing()
  write('order-1', 'stock-1')
  const controller = new AbortController()
  const batches = onlyStreams(shareFollow(follow), 'order-')('start', controller.signal)
  const { value } = await batches.next()
  expect(value).toEqual({ entries: [entryAt(1n, 'order-1')], position: 2n, live: false })
  controller.abort()
  await batches.return(undefined)
})
