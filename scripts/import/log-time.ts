import type { EventStoreDBClient } from '@eventstore/db-client'
import { createLogClock } from '#commands/log-time.ts'
import type { EventLog, LogTime } from '#commands/ports.ts'
import { systemClock } from '#platform/clock.ts'
import { createClockTicks } from '#platform/eventstore/clock-ticks.ts'
import { observeLog } from '#platform/eventstore/observe-log.ts'
import { newId } from '#platform/ids.ts'
import { pause } from '#platform/timers.ts'

export type FollowedLogTime = LogTime & { readonly stop: () => Promise<void> }

/** Where nobody else has ticked for so long, this process does. */
const silenceMillisecondsMax = 5_000
const lookMilliseconds = 100
const startMillisecondsMax = 30_000

type Options = {
  readonly client: EventStoreDBClient
  readonly log: EventLog
  readonly actor: string
  readonly warn: (line: string) => void
}

/** Log time for a process of its own: known from the first tick that comes back, and kept fresh by ticking itself. */
export const followLogTime = async ({ client, log, actor, warn }: Options): Promise<FollowedLogTime> => {
  const clock = createLogClock(systemClock.monotonic)
  const stopping = new AbortController()
  const { signal } = stopping
  const tick = createClockTicks({ client, log, newId, actor })
  const observing = observeLog(client, {
    streamPrefixes: ['clock-'],
    observe: ({ created }, live) => {
      if (live) clock.observe(created)
    },
    signal,
    warn,
  })
  const keepFresh = async (): Promise<void> => {
    while (!signal.aborted) {
      const age = clock.age()
      if (age === undefined || age >= silenceMillisecondsMax)
        await tick(systemClock.now()).catch((error: Error) => warn(`no tick: ${error.message}`))
      await pause(lookMilliseconds, signal)
    }
  }
  const ticking = keepFresh()
  const stop = async (): Promise<void> => {
    stopping.abort()
    await Promise.all([observing, ticking])
  }
  const startedAt = systemClock.monotonic()
  while (clock.now() === undefined) {
    if (systemClock.monotonic() - startedAt > startMillisecondsMax) {
      await stop()
      throw new Error('The event store did not tell the time: nothing written to it came back.')
    }
    await pause(lookMilliseconds)
  }
  return { now: clock.now, stop }
}
