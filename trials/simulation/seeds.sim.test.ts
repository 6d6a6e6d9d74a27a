// The stories that every run of the tests tells, each twice. `npm run simulate` tells more.
import os from 'node:os'
import { expect, test } from 'vitest'
import { orderEventSchemas } from '#domain/order/events.ts'
import { stockEventSchemas } from '#domain/stock/events.ts'
import { failureText } from './report.ts'
import { simulate } from './simulate.ts'

const seeds = 1_000

test('1,000 stories of broken shops end well and are told the same again; everything that can happen does', async () => {
  const told = await simulate({ start: 1, seeds, processes: os.availableParallelism() })
  expect(told.failed.slice(0, 2).map(failureText).join('\n')).toBe('')
  expect([told.seeds, told.differing]).toEqual([seeds, []])
  const types = Object.keys({ ...stockEventSchemas, ...orderEventSchemas })
  expect(types.filter((type) => told.happened[`${type}.v1`] === undefined)).toEqual([])
})
