import type { Registry } from 'prom-client'
import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { PersonVault } from '#commands/person-vault.ts'
import type { EventLog } from '#commands/ports.ts'
import { categoryOf } from '#domain/streams.ts'
import { createDurations } from '../http/durations.ts'

// Shows where the time of a request goes: how long the use cases wait for each port. The label is the call and, for the log, the
// category of the stream.

/** Starts to time one call to a port. The function that it returns ends the timing. */
export type PortTimer = (port: string) => () => void

/** `monotonic` in milliseconds. */
export const createPortTimer = (registry: Registry, monotonic: () => number): PortTimer => {
  const durations = createDurations(registry, {
    name: 'holdfast_port_seconds',
    help: 'Time from a call to the event log, the payment provider or the key table to its answer.',
    labelNames: ['port'],
  })
  return (port) => {
    const startedAt = monotonic()
    return () => durations(port, { port }).observe((monotonic() - startedAt) / 1_000)
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

/** `append.<category>` and `read.<category>`. The time of a read covers all its pages and the folding of their events. */
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

/** `vault.<call>`: the table of the persons' keys in Postgres. */
export const timedVault = (vault: PersonVault, timer: PortTimer): PersonVault => ({
  seal: timed(timer, 'vault.seal', vault.seal),
  open: timed(timer, 'vault.open', vault.open),
  customerIdOf: timed(timer, 'vault.customerIdOf', vault.customerIdOf),
})
