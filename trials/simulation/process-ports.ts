import { createLogClock, type LogClock, trustedLogTime } from '#commands/log-time.ts'
import { noticeRules } from '#commands/notice-stream.ts'
import type { EventLog, Timers } from '#commands/ports.ts'
import type { NoticePorts } from '#commands/record-payment-notice.ts'
import type { WriterPorts } from '#commands/stream-writer/types.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import type { Transfers } from '#commands/transfers.ts'
import { createInvoiceProvider } from '#platform/invoice/provider.ts'
import { createTransfers } from '#platform/invoice/transfers.ts'
import type { Host } from './host.ts'
import { createInvoiceClient } from './invoices.ts'
import { createLogClient, type Network } from './log-client.ts'
import { createProviderClient } from './provider-client.ts'
import { createSnapshotClient } from './snapshots.ts'
import type { SimulatedWorld } from './world.ts'

// The ports of a simulated process, wired as `api/wiring` and `workers/wiring` do it for real servers.

/** Schedules a wake-up of an order; `host` is the process that asks. */
export type WakeUp = (host: Host, orderId: string, at: number) => void

export type ProcessPorts = NoticePorts & {
  readonly transfers: Transfers
  readonly log: EventLog
  readonly network: Network
  readonly clock: LogClock
  readonly writerPorts: WriterPorts
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

const timersOf = (host: Host): Timers => ({
  after: (milliseconds, run) => {
    let cancelled = false
    host.after(milliseconds, 'timer', () => {
      if (!cancelled) run()
    })
    return () => {
      cancelled = true
    }
  },
  soon: (run) => host.after(0, 'turn', run),
  monotonic: host.monotonic,
})

const sleepOf =
  (host: Host): ProcessPorts['sleep'] =>
  (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) resolve()
      else host.after(milliseconds, 'wakes', resolve)
    })

export const createProcessPorts = (host: Host, world: SimulatedWorld, wakeUp: WakeUp): ProcessPorts => {
  const { log: server, provider, schedule, random, faults, outage, seams, draw } = world
  const network: Network = { server, host, random: random.log, faults }
  const log = seams.log(createLogClient(network))
  const clock = createLogClock(host.monotonic)
  const logTime = seams.logTime(trustedLogTime(clock), host)
  const warn = (line: string): void => world.warn(host, line)
  const invoices = {
    store: createInvoiceClient({ server: world.invoices.store, host, random: random.invoices, faults }),
    now: world.logClock,
    dueSeconds: draw.invoiceDueSeconds,
  }
  const writerPorts: WriterPorts = { log, logTime, timers: timersOf(host), random: random.writers.next, warn }
  return {
    network,
    clock,
    writerPorts,
    log,
    logTime,
    orders: createStreamWriter(seams.orders, writerPorts),
    notices: createStreamWriter(noticeRules, writerPorts),
    stock: createStreamWriter(seams.stock, { ...writerPorts, snapshots: createSnapshotClient(network) }),
    providers: {
      cards: seams.provider(
        createProviderClient({ server: provider, host, schedule, random: random.providerCalls, faults, outage }),
      ),
      invoice: seams.provider(createInvoiceProvider(invoices)),
    },
    defaultProvider: 'cards',
    paymentMethods: { invoice: 'invoice' },
    transfers: createTransfers(invoices),
    manualConfirmSeconds: draw.manualConfirmSeconds,
    wakeUp: (orderId, at) => wakeUp(host, orderId, at),
    warn,
    sleep: sleepOf(host),
  }
}
