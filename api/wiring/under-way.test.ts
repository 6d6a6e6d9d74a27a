import { expect, test } from 'vitest'
import { createUnderWay } from './under-way.ts'

test('who asks of an order waits for all that is under way for it, also for what fails', async () => {
  const underWay = createUnderWay()
  const told: string[] = []
  const one = Promise.withResolvers<void>()
  const other = Promise.withResolvers<void>()
  const works = [underWay.run('a', () => one.promise), underWay.run('a', () => other.promise)]
  const ended = underWay.ended('a').then(() => told.push('ended'))
  await underWay.ended('b')
  one.resolve()
  await Promise.resolve()
  expect(told).toEqual([])
  other.reject(new Error('failed'))
  await ended
  expect((await Promise.allSettled(works)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  await underWay.ended('a')
})
