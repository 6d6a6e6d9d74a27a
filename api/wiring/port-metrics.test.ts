import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import type { EventLog } from '#commands/ports.ts'
import { createPortTimer, timedLog } from './port-metrics.ts'

const countsOf = async (registry: Registry) =>
  (await registry.metrics()).split('\n').filter((line) => /^holdfast_port_seconds_(count|sum)/.test(line))

const logThat = (append: EventLog['append']): EventLog => ({
  append,
  read: async function* () {
    yield []
    yield []
  },
})

test('calls to the log are timed by category, failed calls included', async () => {
  const registry = new Registry()
  let now = 0
  const timer = createPortTimer(registry, () => now)
  const appended = logThat(async () => {
    now += 4
    return { outcome: 'appended', position: 1n }
  })
  const lost = logThat(async () => {
    now += 6
    throw new Error('lost')
  })

  await timedLog(appended, timer).append('order-1', -1, [])
  await expect(timedLog(lost, timer).append('order-2', -1, [])).rejects.toThrow('lost')
  for await (const _ of timedLog(appended, timer).read('stock-CUP@MAIN', 0)) now += 1

  expect(await countsOf(registry)).toEqual([
    'holdfast_port_seconds_sum{port="append.order"} 0.01',
    'holdfast_port_seconds_count{port="append.order"} 2',
    'holdfast_port_seconds_sum{port="read.stock"} 0.002',
    'holdfast_port_seconds_count{port="read.stock"} 1',
  ])
})
