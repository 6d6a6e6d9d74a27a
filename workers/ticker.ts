import type { Instant } from '#domain/values/instant.ts'
import type { Tick } from '#platform/eventstore/clock-ticks.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import type { Worker } from './worker.ts'

/** How often ClockTicked is appended. */
const tickMilliseconds = 5_000

export type TickerPorts = {
  readonly lease: Lease
  readonly tick: Tick
  /** Log time, or the clock of this machine while no log time is known. */
  readonly now: () => Instant
}

/** Keeps log time fresh on an idle log: the worker that holds the lease appends ticks. */
export const createTicker = ({ lease, tick, now }: TickerPorts): Worker => ({
  name: 'ticker',
  idleMilliseconds: tickMilliseconds,
  step: async () => {
    if (await lease.hold()) await tick(now())
    return 'idle'
  },
  close: () => lease.release(),
})
