import { EventStoreDBClient } from '@eventstore/db-client'
import { onTestFinished } from 'vitest'
import { createLogClock, type LogClock } from '#commands/log-time.ts'
import { noticeRules } from '#commands/notice-stream.ts'
import { orderRules } from '#commands/order-stream.ts'
import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { EventLog } from '#commands/ports.ts'
import type { NoticePorts } from '#commands/record-payment-notice.ts'
import { stockRules } from '#commands/stock-stream.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import { startEventStoreNode } from '#embedded/eventstore/node.ts'
import { startPaymentSimulator } from '#embedded/payments/simulator.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import type { Follow } from '#platform/eventstore/follow-log.ts'
import { followLog } from '#platform/eventstore/follow-log.ts'
import { observeLog } from '#platform/eventstore/observe-log.ts'
import { newId } from '#platform/ids.ts'
import { createLeaseGroup, type LeaseGroup } from '#platform/postgres/lease-group.ts'
import { createLeaseTable } from '#platform/postgres/lease-table.ts'
import { createLease, type Lease } from '#platform/postgres/leases.ts'
import { createStripeProvider } from '#platform/stripe/provider.ts'
import { pause, systemTimers } from '#platform/timers.ts'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'

// The servers of the platform for one test: an event store node over gRPC, Postgres, and the real payment adapter on the
// payment simulator. Log time can be moved ahead, so that a test does not have to wait.

const apiKey = 'sk_test_workers'

export type TestPlatform = {
  readonly client: EventStoreDBClient
  readonly log: EventLog
  readonly read: TestReadDatabase
  readonly provider: PaymentProvider
  readonly clock: LogClock
  readonly moveTime: (milliseconds: number) => void
  /** The ports of one process, with its own stream writers. */
  readonly process: (provider?: PaymentProvider) => NoticePorts
  readonly follow: (streamPrefixes?: readonly string[]) => Follow
  readonly lease: (name: string) => Lease
  /** The leases of one process. */
  readonly leases: (names: readonly string[], monotonic?: () => number) => LeaseGroup
  readonly warnings: readonly string[]
  /** The types of a stream's events, in order. */
  readonly typesOf: (stream: string) => Promise<readonly string[]>
}

export const givenPlatform = async (): Promise<TestPlatform> => {
  const node = await startEventStoreNode({ dataDir: 'memory', port: 0 })
  const client = EventStoreDBClient.connectionString(node.connectionString)
  const simulator = await startPaymentSimulator({ dataDir: 'memory', port: 0, apiKey })
  const read = await createReadDatabase()
  const ending = new AbortController()
  const warnings: string[] = []
  const warn = (line: string): void => void warnings.push(line)
  const clock = createLogClock(systemTimers.monotonic)
  const heard = observeLog(client, {
    observe: ({ created }) => clock.observe(created),
    signal: ending.signal,
    warn,
  })
  onTestFinished(async () => {
    ending.abort()
    await heard
    await read.db.destroy()
    await client.dispose()
    await simulator.stop()
    await node.stop()
  })

  const log = createEventLog(client)
  const provider = createStripeProvider({ apiKey, host: '127.0.0.1', port: simulator.port, protocol: 'http' })
  let ahead = 0
  const logTime = { now: () => (clock.now() ?? Date.now()) + ahead }
  const writerPorts = { log, logTime, timers: systemTimers, random: () => 0.5, warn }
  return {
    client,
    log,
    read,
    provider,
    clock,
    moveTime: (milliseconds) => {
      ahead += milliseconds
    },
    process: (own = provider) => ({
      orders: createStreamWriter(orderRules, writerPorts),
      notices: createStreamWriter(noticeRules, writerPorts),
      stock: createStreamWriter(stockRules, writerPorts),
      providers: { stripe: own },
      defaultProvider: 'stripe',
      paymentMethods: {},
      logTime,
      manualConfirmSeconds: 86_400,
      wakeUp: () => undefined,
      warn,
    }),
    follow: (streamPrefixes) => (after, signal) =>
      followLog(client, { after, signal, warn, ...(streamPrefixes ? { streamPrefixes } : {}) }),
    lease: (name) => createLease(read.db, { name, holder: newId(), monotonic: systemTimers.monotonic }),
    leases: (names, monotonic = systemTimers.monotonic) =>
      createLeaseGroup(createLeaseTable(read.db, names), { holder: newId(), monotonic }),
    warnings,
    typesOf: async (stream) => {
      const types: string[] = []
      for await (const page of log.read(stream, 0)) types.push(...page.map(({ type }) => type))
      return types
    },
  }
}

export const neverStopping = new AbortController().signal
export const wait = pause
