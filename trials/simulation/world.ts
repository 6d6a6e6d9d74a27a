import type { PaymentNotice } from '#commands/payment-notice.ts'
import { createMemoryInvoices } from '#platform/invoice/memory-store.ts'
import type { Draw } from './draw.ts'
import { type Faults, healedOf } from './faults.ts'
import { createHost, type Host } from './host.ts'
import { createLogServer, type LogServer, type StoredEvent } from './log.ts'
import { createProviderServer, type Intent, type ProviderServer } from './provider.ts'
import type { Outage } from './provider-client.ts'
import { type Random, randomOf } from './random.ts'
import type { Schedule } from './schedule.ts'
import type { Seams } from './seams.ts'
import { createStoreServer, type StoreServer } from './store.ts'

// Everything that outlives the processes: the servers, the time and the current faults.

/** 2026-01-01, so that instants look like instants. */
export const epoch = 1_767_225_600_000

export type SimulatedWorld = {
  readonly draw: Draw
  readonly schedule: Schedule
  readonly faults: () => Faults
  readonly random: Readonly<Record<Concern, Random>>
  readonly newId: () => string
  readonly log: LogServer
  /** The log's own clock. */
  readonly logClock: () => number
  readonly store: StoreServer
  readonly provider: ProviderServer
  /** The table of invoices. */
  readonly invoices: ReturnType<typeof createMemoryInvoices>
  readonly outage: Outage
  readonly seams: Seams
  readonly hostNamed: (name: string, died: () => void) => Host
  /** A line that production code logs; it must be on the list of expected lines. */
  readonly warn: (host: Host, line: string) => void
  /** A broken invariant: the run ends here. */
  readonly fail: (problem: string) => void
  readonly heal: () => void
  readonly isHealed: () => boolean
}

const concerns = [
  'clients',
  'hosts',
  'log',
  'store',
  'provider',
  'providerCalls',
  'invoices',
  'bookkeeper',
  'webhooks',
  'timers',
  'writers',
] as const
type Concern = (typeof concerns)[number]

export type SimulatedWorldOptions = {
  readonly seed: number
  readonly draw: Draw
  readonly schedule: Schedule
  readonly seams: Seams
  readonly committed: (events: readonly StoredEvent[]) => void
  readonly charged: (intent: Intent) => void
  readonly tell: (notice: PaymentNotice, mustArrive: boolean) => void
  readonly warn: (host: Host, line: string) => void
  readonly fail: (problem: string) => void
}

/** The log's clock sometimes jumps forward by up to this much, and never back. */
const jumpMilliseconds = 20_000

const idOf = (seed: number, count: number): string =>
  `${seed.toString(16).padStart(8, '0').slice(-8)}-0000-4000-8000-${count.toString(16).padStart(12, '0')}`

export const createWorld = (options: SimulatedWorldOptions): SimulatedWorld => {
  const { seed, draw, schedule, seams, committed, charged, tell, warn, fail } = options
  const random = Object.fromEntries(concerns.map((concern) => [concern, randomOf(seed, concern)])) as Record<
    Concern,
    Random
  >
  let faults = draw.faults
  let healed = false
  let leapt = 0
  let ids = 0
  const logClock = (): number => {
    if (random.log.chance(faults.logClockJump)) leapt += random.log.below(jumpMilliseconds)
    return epoch + schedule.now() + leapt
  }
  const outage: Outage = { until: 0 }
  return {
    draw,
    schedule,
    faults: () => faults,
    random,
    newId: () => {
      ids += 1
      return idOf(seed, ids)
    },
    log: createLogServer({
      clock: logClock,
      gap: () => random.log.below(1 + faults.visibilityGapMax),
      now: schedule.now,
      later: (milliseconds, run) => schedule.after(milliseconds, 'events become readable', run),
      committed,
    }),
    logClock: () => epoch + schedule.now() + leapt,
    store: createStoreServer(schedule.now, fail),
    provider: createProviderServer({ schedule, random: random.provider, faults: () => faults, charged, tell }),
    invoices: createMemoryInvoices(),
    outage,
    seams,
    hostNamed: (name, died) => {
      const { wallSkewMax } = draw.faults
      const wallSkew = random.hosts.between(-wallSkewMax, wallSkewMax)
      return createHost({ name, schedule, random: random.hosts, faults: () => faults, epoch, wallSkew, died })
    },
    warn,
    fail,
    heal: () => {
      healed = true
      faults = healedOf(faults)
      outage.until = schedule.now() + draw.providerAwaySeconds * 1_000
    },
    isHealed: () => healed,
  }
}
