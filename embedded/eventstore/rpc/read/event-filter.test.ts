import { expect, test } from 'vitest'
import { eventFilter, passes } from './event-filter.ts'

const options = { field: 'type', regex: '', prefixes: [], window: undefined, multiplier: 1 } as const
const names = (filter: ReturnType<typeof eventFilter>) =>
  ['StockReserved', 'OrderPlaced', '$metadata'].filter((type) => filter && passes(filter, { type, stream: 'order-1' }))

test('prefixes match the start', () => {
  expect(names(eventFilter({ ...options, prefixes: ['Stock', 'Placed'] }))).toEqual(['StockReserved'])
})

test('an expression matches anywhere', () => {
  expect(names(eventFilter({ ...options, regex: 'Placed|Reserved' }))).toEqual(['StockReserved', 'OrderPlaced'])
})

test('the expression that excludes system events', () => {
  expect(names(eventFilter({ ...options, regex: '^[^$].*' }))).toEqual(['StockReserved', 'OrderPlaced'])
})

test('a regular expression takes precedence over prefixes', () => {
  expect(names(eventFilter({ ...options, regex: '^Order', prefixes: ['Stock'] }))).toEqual(['OrderPlaced'])
})

test('a filter on streams looks at the stream', () => {
  const filter = eventFilter({ ...options, field: 'stream', prefixes: ['order-'] })
  expect(names(filter)).toEqual(['StockReserved', 'OrderPlaced', '$metadata'])
})

test('a checkpoint comes every window times multiplier', () => {
  expect(eventFilter({ ...options, prefixes: ['a'], multiplier: 3 })?.checkpointEvery).toBe(96)
  expect(eventFilter({ ...options, prefixes: ['a'], multiplier: 3, window: 5 })?.checkpointEvery).toBe(15)
})

test.each([
  ['a broken expression', { ...options, regex: '(' }],
  ['neither expression nor prefixes', options],
  ['a multiplier of 0', { ...options, prefixes: ['a'], multiplier: 0 }],
  ['a window of 0', { ...options, prefixes: ['a'], window: 0 }],
])('%s makes no filter', (_, broken) => {
  expect(eventFilter(broken)).toBe(undefined)
})
