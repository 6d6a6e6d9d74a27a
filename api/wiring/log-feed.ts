import type { EventStoreDBClient } from '@eventstore/db-client'
import type { LogClock } from '#commands/log-time.ts'
import type { ProductTermsCache } from '#commands/product-terms.ts'
import { categoryOf, streamKeyOf } from '#domain/streams.ts'
import type { Tick } from '#platform/eventstore/clock-ticks.ts'
import { observeLog } from '#platform/eventstore/observe-log.ts'
import { pause } from '#platform/timers.ts'

/** An API process that has seen nothing live for this long writes a clock tick itself. */
const silenceMillisecondsMax = 10_000
const checkMilliseconds = 500

export type LogFeedPorts = {
  readonly client: EventStoreDBClient
  readonly clock: LogClock
  readonly terms: Pick<ProductTermsCache, 'changed' | 'forgetAll'>
  readonly tick: Tick
  readonly wallClock: () => number
  /** Called with the position of each live event. */
  readonly heard: (position: bigint) => void
  readonly warn: (line: string) => void
}

/**
 * Follows the events that this process must know at once: clock ticks, from which it reads log time, and product events, which
 * change cached terms. Ends with the signal.
 */
export const followLive = async (ports: LogFeedPorts, signal: AbortSignal): Promise<void> => {
  const { client, clock, terms, heard, warn } = ports
  const observe = observeLog(client, {
    streamPrefixes: ['clock-', 'product-'],
    signal,
    warn: (line) => {
      // Changes while the connection was lost were missed.
      terms.forgetAll()
      warn(line)
    },
    observe: (entry, live) => {
      if (categoryOf(entry.stream) === 'product') terms.changed(streamKeyOf(entry.stream))
      if (!live) return
      clock.observe(entry.created)
      heard(entry.position)
    },
  })
  await Promise.all([observe, tickWhenSilent(ports, signal)])
}

const tickWhenSilent = async ({ clock, tick, wallClock, warn }: LogFeedPorts, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const age = clock.age()
    if (age === undefined || age > silenceMillisecondsMax) {
      await tick(clock.now() ?? wallClock()).catch((error: unknown) => warn(`no tick: ${String(error)}`))
    }
    await pause(checkMilliseconds, signal)
  }
}
