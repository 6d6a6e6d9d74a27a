import { describe, expect, test } from 'vitest'
import { createLogTail, type Follow, type TailBatch } from './log-tail.ts'

const batchAt = (position: bigint): TailBatch => ({ entries: [], position, live: true })
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Hands out a batch for each position given, then waits for its signal; tells where it began and that it ended. */
const following = (positions: readonly bigint[]) => {
  const told: string[] = []
  const follow: Follow = async function* (after, signal) {
    told.push(`after ${after}`)
    try {
      for (const position of positions) yield batchAt(position)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    } finally {
      told.push('ended')
    }
  }
  return { told, tail: createLogTail(follow, soon) }
}

test('batches come in order, and none is missed where none came in time', async () => {
  const { tail } = following([1n, 2n])
  expect(await tail.next(0)).toBeUndefined()
  tail.open('start')
  expect([await tail.next(0), await tail.next(0), await tail.next(0)]).toEqual([batchAt(1n), batchAt(2n), undefined])
  await tail.close()
})

describe('a subscription ends with its tail', () => {
  test('while a batch is asked for', async () => {
    const { tail, told } = following([])
    tail.open(5n)
    await tail.next(0)
    await tail.close()
    expect(told).toEqual(['after 5', 'ended'])
  })

  test('where nobody asks any more', async () => {
    const { tail, told } = following([1n])
    tail.open(5n)
    await tail.next(0)
    await tail.close()
    expect(told).toEqual(['after 5', 'ended'])
    expect(tail.isOpen()).toBe(false)
  })

  test('when another is opened', async () => {
    const { tail, told } = following([1n])
    tail.open('start')
    await tail.next(0)
    tail.open(1n)
    await tail.next(0)
    await soon()
    expect(told.toSorted()).toEqual(['after 1', 'after start', 'ended'])
    await tail.close()
  })
})

test('one that fails is told by the next batch asked for', async () => {
  const tail = createLogTail(async function* () {
    yield batchAt(1n)
    throw new Error('gone')
  }, soon)
  tail.open('start')
  await tail.next(0)
  await expect(tail.next(0)).rejects.toThrow('gone')
})
