// The seeds that every `npm test` runs, each twice. `npm run simulate` runs more.
import os from 'node:os'
import { expect, test } from 'vitest'
import { orderEventSchemas } from '#domain/order/events.ts'
import { stockEventSchemas } from '#domain/stock/events.ts'
import { failureText } from './report.ts'
import { simulate } from './simulate.ts'

const seeds = 1_000

test('1,000 seeds pass and run the same twice; every type of stock and order event occurs', async () => {
  const results = await simulate({ start: 1, seeds, processes: os.availableParallelism() })
  expect(results.failed.slice(0, 2).map(failureText).join('\n')).toBe('')
  expect([results.seeds, results.differing]).toEqual([seeds, []])
  const types = Object.keys({ ...stockEventSchemas, ...orderEventSchemas })
  expect(types.filter((type) => results.eventCounts[`${type}.v1`] === undefined)).toEqual([])
})
