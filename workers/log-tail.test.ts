import { describe, expect, test } from 'vitest'
import type { Follow, FollowedBatch } from '#platform/eventstore/follow-log.ts'
import { createLogTail } from './log-tail.ts'

const batchAt = (position: bigint): FollowedBatch => ({ entries: [], position, live: true })
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Delivers a batch for each given position, then waits for the abort. `calls` records each start and end. */
const following = (positions: readonly bigint[]) => {
  const calls: string[] = []
  const follow: Follow = async function* (after, signal) {
    calls.push(`after ${after}`)
    try {
      for (const position of positions) yield batchAt(position)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    } finally {
      calls.push('ended')
    }
  }
  return { calls, tail: createLogTail(follow, soon) }
}

test('batches come in order, and none is lost after a timeout', async () => {
  const { tail } = following([1n, 2n])
  expect(await tail.next(0)).toBeUndefined()
  tail.open('start')
  expect([await tail.next(0), await tail.next(0), await tail.next(0)]).toEqual([batchAt(1n), batchAt(2n), undefined])
  await tail.close()
})

describe('a subscription ends', () => {
  test('if the tail is closed while it waits for a batch', async () => {
    const { tail, calls } = following([])
    tail.open(5n)
    await tail.next(0)
    await tail.close()
    expect(calls).toEqual(['after 5', 'ended'])
  })

  test('if the tail is closed after the last batch was taken', async () => {
    const { tail, calls } = following([1n])
    tail.open(5n)
    await tail.next(0)
    await tail.close()
    expect(calls).toEqual(['after 5', 'ended'])
    expect(tail.isOpen()).toBe(false)
  })

  test('if another one is opened', async () => {
    const { tail, calls } = following([1n])
    tail.open('start')
    await tail.next(0)
    tail.open(1n)
    await tail.next(0)
    await soon()
    expect(calls.toSorted()).toEqual(['after 1', 'after start', 'ended'])
    await tail.close()
  })
})

test('the failure of a subscription rejects the next call', async () => {
  const tail = createLogTail(async function* () {
    yield batchAt(1n)
    throw new Error('gone')
  }, soon)
  tail.open('start')
  await tail.next(0)
  await expect(tail.next(0)).rejects.toThrow('gone')
})
