// The ticker on a real node and Postgres: one worker at a time appends the ticks.
import { expect, test } from 'vitest'
import { createClockTicks } from '#platform/eventstore/clock-ticks.ts'
import { newId } from '#platform/ids.ts'
import { givenPlatform, type TestPlatform } from './testing/platform.ts'
import { createTicker } from './ticker.ts'

const at = 1_700_000_000_000

const tickerOf = ({ client, log, lease }: TestPlatform) =>
  createTicker({
    lease: lease('ticker'),
    tick: createClockTicks({ client, log, newId, actor: 'system:ticker' }),
    now: () => at,
  })

test('one of two workers ticks, and the other one after it has stopped', async () => {
  const platform = await givenPlatform()
  const [one, other] = [tickerOf(platform), tickerOf(platform)]
  expect(await one.step()).toBe('idle')
  expect(await other.step()).toBe('idle')
  expect(await platform.typesOf('clock-main')).toEqual(['ClockTicked'])
  await one.close()
  await other.step()
  await other.close()
  expect(await platform.typesOf('clock-main')).toEqual(['ClockTicked', 'ClockTicked'])
})
