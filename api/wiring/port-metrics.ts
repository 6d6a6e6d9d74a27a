import { Histogram, type Registry } from 'prom-client'
import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { PersonVault } from '#commands/person-vault.ts'
import type { EventLog } from '#commands/ports.ts'
import { categoryOf } from '#domain/streams.ts'

// Where the time of a request goes: how long each port keeps the use cases waiting. A name is made of what is called and,
// for the log, of the stream's category; never of an id, for labels are few.

/** Starts the clock of one call to a port; what it answers stops it. */
export type PortTimer = (port: string) => () => void

const bucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** `monotonic` in milliseconds. */
export const createPortTimer = (registry: Registry, monotonic: () => number): PortTimer => {
  const duration = new Histogram({
    name: 'holdfast_port_seconds',
    help: 'Time from a call to the event log, the payment provider or the key table to its answer.',
    labelNames: ['port'] as const,
    buckets: bucketsSeconds,
    registers: [registry],
  })
  // Looking a child up by its labels costs more than counting in it, and there are few of them.
  const children = new Map<string, Histogram.Internal<'port'>>()
  return (port) => {
    const known = children.get(port)
    const child = known ?? duration.labels({ port })
    if (known === undefined) children.set(port, child)
    const startedAt = monotonic()
    return () => child.observe((monotonic() - startedAt) / 1_000)
  }
}

const timed =
  <Wanted extends readonly unknown[], Found>(
    timer: PortTimer,
    port: string,
    call: (...wanted: Wanted) => Promise<Found>,
  ): ((...wanted: Wanted) => Promise<Found>) =>
  async (...wanted) => {
    const stop = timer(port)
    try {
      return await call(...wanted)
    } finally {
      stop()
    }
  }

/** `append.<category>` and `read.<category>`; the time of a read is that of all its pages, folding them included. */
export const timedLog = (log: EventLog, timer: PortTimer): EventLog => ({
  append: async (stream, expected, events) => {
    const stop = timer(`append.${categoryOf(stream)}`)
    try {
      return await log.append(stream, expected, events)
    } finally {
      stop()
    }
  },
  read: async function* (stream, fromRevision) {
    const stop = timer(`read.${categoryOf(stream)}`)
    try {
      yield* log.read(stream, fromRevision)
    } finally {
      stop()
    }
  },
})

/** `provider.<call>`. */
export const timedProvider = (provider: PaymentProvider, timer: PortTimer): PaymentProvider => ({
  name: provider.name,
  kindOfNotice: provider.kindOfNotice,
  createIntent: timed(timer, 'provider.createIntent', provider.createIntent),
  findIntent: timed(timer, 'provider.findIntent', provider.findIntent),
  readIntent: timed(timer, 'provider.readIntent', provider.readIntent),
  confirmIntent: timed(timer, 'provider.confirmIntent', provider.confirmIntent),
  captureIntent: timed(timer, 'provider.captureIntent', provider.captureIntent),
  voidIntent: timed(timer, 'provider.voidIntent', provider.voidIntent),
  refund: timed(timer, 'provider.refund', provider.refund),
  readRefund: timed(timer, 'provider.readRefund', provider.readRefund),
  findRefund: timed(timer, 'provider.findRefund', provider.findRefund),
  readDispute: timed(timer, 'provider.readDispute', provider.readDispute),
})

/** `vault.<call>`: the key table of persons, in Postgres. */
export const timedVault = (vault: PersonVault, timer: PortTimer): PersonVault => ({
  seal: timed(timer, 'vault.seal', vault.seal),
  open: timed(timer, 'vault.open', vault.open),
  customerIdOf: timed(timer, 'vault.customerIdOf', vault.customerIdOf),
})
