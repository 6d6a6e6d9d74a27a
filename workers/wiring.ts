import type { EventStoreDBClient } from '@eventstore/db-client'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { createLogClock, type LogClock, trustedLogTime } from '#commands/log-time.ts'
import { noticeRules } from '#commands/notice-stream.ts'
import { orderBounds, orderRules } from '#commands/order-stream.ts'
import type { NoticePorts } from '#commands/record-payment-notice.ts'
import { stockRules } from '#commands/stock-stream.ts'
import type { WriterPorts } from '#commands/stream-writer/types.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import type { Instant } from '#domain/values/instant.ts'
import { type Crash, crashingLog, crashingProvider, crashingStore } from '#platform/crash-points.ts'
import { createClockTicks, type Tick } from '#platform/eventstore/clock-ticks.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { followLog } from '#platform/eventstore/follow-log.ts'
import { eachProvider, type SwitchedOn } from '#platform/payment-providers.ts'
import type { Database } from '#platform/postgres/database.ts'
import { createLeaseGroup } from '#platform/postgres/lease-group.ts'
import { createLeaseTable } from '#platform/postgres/lease-table.ts'
import { createLease, type Lease } from '#platform/postgres/leases.ts'
import type { Presence } from '#platform/postgres/presence.ts'
import { createProjectionStore } from '#platform/postgres/projection-store.ts'
import { createSnapshots } from '#platform/postgres/snapshots.ts'
import type { ProductCards } from '#platform/redis/product-cards.ts'
import { pause, systemTimers } from '#platform/timers.ts'
import { waitingNotices } from '#projections/notices/queries.ts'
import { createProjector } from '#projections/projector.ts'
import { readModels } from '#projections/read-models.ts'
import { invalidating } from './card-invalidation.ts'
import { checkoutPartitions } from './checkout-partitions.ts'
import { createCheckoutRunner } from './checkout-runner.ts'
import { createDriveOrder, type DriveOrder } from './drive-order.ts'
import { createNotices } from './notices.ts'
import { createProjectorHost, type ProjectorHost } from './projector-host.ts'
import { onlyStreams, shareFollow } from './shared-follow.ts'
import { createSnapshotter } from './snapshotter.ts'
import { createSweep, createSweepQueries } from './sweep.ts'
import { createTicker } from './ticker.ts'
import { createTransferNotices } from './transfer-notices.ts'
import type { Worker } from './worker.ts'

export type WorkersOptions = {
  readonly client: EventStoreDBClient
  readonly pool: pg.Pool
  readonly db: Kysely<Database>
  /** The presence of this process, under which it holds leases. */
  readonly presence: Pick<Presence, 'holder' | 'show'>
  readonly payments: SwitchedOn
  readonly manualConfirmSeconds: number
  /** Schedules a look at an order. It is only a hint: the sweep finds the order too. */
  readonly wakeUp: (orderId: string, at: Instant) => void
  /** Undefined if there is no Redis. */
  readonly cards: Pick<ProductCards, 'invalidate'> | undefined
  /** Set in tests that crash the process. */
  readonly crash: Crash | undefined
  readonly newId: () => string
  readonly random: () => number
  readonly wallClock: () => Instant
  /** Aborted on shutdown: no further work is begun. */
  readonly signal: AbortSignal
  readonly warn: (line: string) => void
  /** Logs something that needs a person. */
  readonly alarm: (line: string) => void
}

export type Workers = {
  readonly logTime: LogClock
  readonly tick: Tick
  readonly drive: DriveOrder
  readonly projector: ProjectorHost
  /** All workers, the projector included. */
  readonly all: readonly Worker[]
}

const checkoutPorts = (options: WorkersOptions, clock: LogClock): NoticePorts & Pick<WriterPorts, 'log'> => {
  const { client, db, payments, manualConfirmSeconds, wakeUp, random, warn, alarm } = options
  const log = crashingLog(createEventLog(client), options.crash, warn)
  const logTime = trustedLogTime(clock)
  const writerPorts: WriterPorts = { log, logTime, timers: systemTimers, random, warn, alarm }
  return {
    log,
    orders: createStreamWriter(orderRules, writerPorts, orderBounds),
    notices: createStreamWriter(noticeRules, writerPorts),
    stock: createStreamWriter(stockRules, { ...writerPorts, snapshots: createSnapshots(db, warn) }),
    ...payments,
    providers: eachProvider(payments.providers, (provider) => crashingProvider(provider, options.crash)),
    logTime,
    manualConfirmSeconds,
    // What is due already was just tried without success: that is left to the sweep, which has a backoff.
    wakeUp: (orderId, at) => {
      if (at > (logTime.now() ?? at)) wakeUp(orderId, at)
    },
    warn,
  }
}

/** Creates the workers of one process. Any number of such processes can run. */
export const wireWorkers = (options: WorkersOptions): Workers => {
  const { client, pool, db, presence, newId, wallClock, signal, warn, alarm } = options
  const { monotonic } = systemTimers
  const clock = createLogClock(monotonic)
  const checkout = checkoutPorts(options, clock)
  const { log } = checkout
  const drive = createDriveOrder(checkout)
  const tick = createClockTicks({ client, log, newId, actor: 'system:ticker' })
  const lease = (name: string): Lease => createLease(db, { name, ...presence, monotonic })
  const follow = shareFollow((after, ended) => followLog(client, { after, signal: ended, warn }))

  const projector = createProjectorHost({
    projector: createProjector({
      projections: readModels,
      store: invalidating(crashingStore(createProjectionStore(pool), options.crash), options.cards),
      now: monotonic,
    }),
    follow,
    wait: pause,
    observe: clock.observe,
  })
  const { transfers } = options.payments
  const transferPorts = { lease: lease('transfers'), ports: checkout, monotonic, signal }
  const transfersWorker = transfers === undefined ? [] : [createTransferNotices({ ...transferPorts, transfers })]
  const workers: readonly Worker[] = [
    projector,
    createTicker({ lease: lease('ticker'), tick, now: () => clock.now() ?? wallClock() }),
    createCheckoutRunner({
      leases: createLeaseGroup(createLeaseTable(db, checkoutPartitions), { ...presence, monotonic }),
      follow: onlyStreams(follow, 'order-'),
      wait: pause,
      logTime: checkout.logTime,
      drive,
      monotonic,
      signal,
    }),
    createSweep({
      lease: lease('sweep'),
      queries: createSweepQueries(db),
      checkout,
      drive,
      newId,
      monotonic,
      signal,
    }),
    createNotices({
      lease: lease('notices'),
      waiting: (query) => waitingNotices(db, query),
      notices: checkout,
      monotonic,
      alarm,
      signal,
    }),
    ...transfersWorker,
    createSnapshotter({ lease: lease('snapshots'), db, log, snapshots: createSnapshots(db, warn) }),
  ]
  return { logTime: clock, tick, drive, projector, all: workers }
}
