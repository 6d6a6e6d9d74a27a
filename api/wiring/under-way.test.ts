import { expect, test } from 'vitest'
import { createUnderWay } from './under-way.ts'

/** Timers that the test fires itself and can count. */
const given = () => {
  const timers = new Map<() => void, number>()
  const after = (milliseconds: number, run: () => void) => {
    timers.set(run, milliseconds)
    return () => void timers.delete(run)
  }
  return { timers, underWay: createUnderWay({ after }) }
}

test('`ended` waits for all work on the order, failing work included', async () => {
  const { underWay, timers } = given()
  const told: string[] = []
  const one = Promise.withResolvers<void>()
  const other = Promise.withResolvers<void>()
  const works = [underWay.run('a', () => one.promise), underWay.run('a', () => other.promise)]
  const ended = underWay.ended('a', 2_000).then(() => told.push('ended'))
  await underWay.ended('b', 2_000)
  one.resolve()
  await Promise.resolve()
  expect(told).toEqual([])
  other.reject(new Error('failed'))
  await ended
  expect((await Promise.allSettled(works)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  await underWay.ended('a', 2_000)
  expect(timers.size).toBe(0)
})

test('`ended` waits no longer than the given time', async () => {
  const { underWay, timers } = given()
  const work = Promise.withResolvers<void>()
  const running = underWay.run('a', () => work.promise)
  const ended = underWay.ended('a', 2_000)
  expect([...timers.values()]).toEqual([2_000])
  for (const run of timers.keys()) run()
  await ended
  work.resolve()
  await running
})
