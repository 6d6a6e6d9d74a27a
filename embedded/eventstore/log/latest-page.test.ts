import { expect, test } from 'vitest'
import { createLatestPage } from './latest-page.ts'
import type { NewEvent, PageRequest } from './page.ts'

const bytesMax = 100
const pageMax = 256

const eventAt = (position: number): NewEvent => ({
  position,
  stream: 'order-1',
  streamId: 1,
  revision: position,
  id: `id-${position}`,
  type: 'Happened',
  response: Buffer.alloc(10),
})

const after = (position: number): PageRequest => ({
  kind: 'all',
  direction: 'forwards',
  from: position + 1,
  withStream: false,
})

/** Each list is a commit of events at these positions. */
const given = (...commits: ReadonlyArray<readonly number[]>) => {
  const latest = createLatestPage(bytesMax)
  for (const positions of commits) {
    for (const position of positions) latest.add(eventAt(position))
    latest.committed()
  }
  return latest
}

const positionsOf = (page: ReturnType<ReturnType<typeof given>['find']>) => page?.events.map(({ position }) => position)

test('a reader at the previous commit gets the events of the last commit', () => {
  const latest = given([10, 20], [30, 40])
  expect(positionsOf(latest.find(after(20), pageMax))).toEqual([30, 40])
  expect(latest.find(after(20), pageMax)?.more).toBe(false)
})

test('a read that begins before the last commit or within it is served from disk', () => {
  const latest = given([10, 20], [30, 40])
  expect(latest.find(after(10), pageMax)).toBeUndefined()
  expect(latest.find(after(19), pageMax)).toBeUndefined()
  expect(latest.find(after(30), pageMax)).toBeUndefined()
})

test('a read in the other direction, of one stream, or of fewer events is served from disk', () => {
  const latest = given([10, 20], [30, 40])
  expect(latest.find({ kind: 'all', direction: 'backwards', from: 21, withStream: false }, pageMax)).toBeUndefined()
  expect(latest.find({ kind: 'stream', direction: 'forwards', from: 21, streamId: 1 }, pageMax)).toBeUndefined()
  expect(latest.find(after(20), 1)).toBeUndefined()
})

test('there is no page until the previous commit is known', () => {
  expect(given([10, 20]).find(after(0), pageMax)).toBeUndefined()
})

test('events are served once they are committed, and never after a rollback', () => {
  const latest = given([10], [20])
  latest.add(eventAt(30))
  expect(positionsOf(latest.find(after(10), pageMax))).toEqual([20])
  expect(latest.find(after(20), pageMax)).toBeUndefined()
  latest.forget()
  latest.add(eventAt(30))
  latest.add(eventAt(40))
  latest.committed()
  expect(positionsOf(latest.find(after(20), pageMax))).toEqual([30, 40])
})

test('a commit without events does not change the page', () => {
  const latest = given([10], [20], [])
  expect(positionsOf(latest.find(after(10), pageMax))).toEqual([20])
})

test('a commit larger than a page is not kept, and the next one is found after it', () => {
  const large = Array.from({ length: 11 }, (_, index) => 100 + index)
  const latest = given([10], large)
  expect(latest.find(after(10), pageMax)).toBeUndefined()
  latest.add(eventAt(200))
  latest.committed()
  expect(positionsOf(latest.find(after(110), pageMax))).toEqual([200])
})
