// Ticks on a real node over gRPC: one stream, and each revision once, even if several processes tick.
import { expect, test } from 'vitest'
import { clientOf, givenNode } from '#embedded/eventstore/testing/fixture.ts'
import { newId } from '../ids.ts'
import { createClockTicks } from './clock-ticks.ts'
import { createEventLog } from './event-log.ts'

const at = 1_700_000_000_000

const givenTickers = async (count: number) => {
  const client = clientOf(await givenNode())
  const log = createEventLog(client)
  const ticks = Array.from({ length: count }, () => createClockTicks({ client, log, newId, actor: 'system:test' }))
  const recorded = async () => {
    const moments: string[] = []
    for await (const page of log.read('clock-main', 0))
      for (const { type, revision, data } of page) moments.push(`${revision} ${type} ${data.at}`)
    return moments
  }
  return { ticks, recorded }
}

test('ticks follow each other on one stream, from its beginning', async () => {
  const { ticks, recorded } = await givenTickers(1)
  for (const tick of ticks) {
    expect(await tick(at)).toBe('ticked')
    expect(await tick(at + 5_000)).toBe('ticked')
  }
  expect(await recorded()).toEqual([`0 ClockTicked ${at}`, `1 ClockTicked ${at + 5_000}`])
})

test('a later ticker continues the stream', async () => {
  const { ticks, recorded } = await givenTickers(3)
  for (const [index, tick] of ticks.entries()) expect(await tick(at + index)).toBe('ticked')
  expect(await recorded()).toEqual([0, 1, 2].map((index) => `${index} ClockTicked ${at + index}`))
})

test('a ticker that loses a race skips this tick and tries again at the next', async () => {
  const { ticks, recorded } = await givenTickers(2)
  const [first, second] = ticks
  if (!first || !second) throw new Error('two tickers were asked for')
  expect(await first(at)).toBe('ticked')
  expect(await second(at + 1)).toBe('ticked')
  expect(await first(at + 2)).toBe('beaten')
  expect(await first(at + 3)).toBe('ticked')
  expect(await recorded()).toEqual([`0 ClockTicked ${at}`, `1 ClockTicked ${at + 1}`, `2 ClockTicked ${at + 3}`])
})
