import type { EventStoreDBClient } from '@eventstore/db-client'
import { createLogClock, type LogClock, trustedLogTime } from '#commands/log-time.ts'
import { type NoticeWriter, noticeRules } from '#commands/notice-stream.ts'
import { orderBounds, orderRules } from '#commands/order-stream.ts'
import type { PersonVault } from '#commands/person-vault.ts'
import type { PlacePorts } from '#commands/place-order.ts'
import type { EventLog, Snapshots } from '#commands/ports.ts'
import { type ProductWriter, productRules } from '#commands/product-stream.ts'
import { createProductTerms, type ProductTermsCache } from '#commands/product-terms.ts'
import { stockRules } from '#commands/stock-stream.ts'
import type { WriterPorts } from '#commands/stream-writer/types.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import type { Transfers } from '#commands/transfers.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { Config } from '#platform/config.ts'
import { type Crash, crashingLog, crashingProvider } from '#platform/crash-points.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { eachProvider, type SwitchedOn } from '#platform/payment-providers.ts'
import { pause, systemTimers } from '#platform/timers.ts'
import { type PortTimer, timedLog, timedProvider, timedVault } from './port-metrics.ts'

/** Cached product terms are used only if a clock tick of the log was seen within this time. */
const liveMillisecondsMax = 10_000
const secondsAnHour = 3_600

export type CommandPorts = PlacePorts & {
  /** Undefined if no provider is paid by bank transfer. */
  readonly transfers: Transfers | undefined
  readonly log: EventLog
  readonly logTime: LogClock
  readonly notices: NoticeWriter
  readonly products: ProductWriter
  readonly terms: ProductTermsCache
  readonly locations: readonly string[]
}

export type CommandPortsOptions = {
  readonly client: EventStoreDBClient
  readonly config: Pick<Config, 'locations' | 'paymentWindowSeconds' | 'manualConfirmHours'>
  readonly payments: SwitchedOn
  readonly vault: PersonVault
  readonly snapshots: Snapshots
  readonly wakeUp: (orderId: string, at: Instant) => void
  readonly random: () => number
  /** Set only in tests of crashes. */
  readonly crash: Crash | undefined
  /** Times every call to the log, the providers and the vault. */
  readonly portTimer: PortTimer
  readonly warn: (line: string) => void
  /** Logs something that needs a person. */
  readonly alarm: (line: string) => void
}

/** What the commands of one API process share. There is one writer per category, so each stream has one queue. */
export const createCommandPorts = (options: CommandPortsOptions): CommandPorts => {
  const { client, config, snapshots, wakeUp, random, warn, alarm, portTimer } = options
  const log = timedLog(crashingLog(createEventLog(client), options.crash, warn), portTimer)
  const logTime = createLogClock(systemTimers.monotonic)
  const writerPorts: WriterPorts = { log, logTime: trustedLogTime(logTime), timers: systemTimers, random, warn, alarm }
  const products = createStreamWriter(productRules, writerPorts)
  const isLive = (): boolean => (logTime.age() ?? Number.POSITIVE_INFINITY) < liveMillisecondsMax
  return {
    log,
    logTime,
    products,
    terms: createProductTerms({ products, isLive }),
    stock: createStreamWriter(stockRules, { ...writerPorts, snapshots }),
    orders: createStreamWriter(orderRules, writerPorts, orderBounds),
    notices: createStreamWriter(noticeRules, writerPorts),
    ...options.payments,
    providers: eachProvider(options.payments.providers, (provider) =>
      timedProvider(crashingProvider(provider, options.crash), portTimer),
    ),
    vault: timedVault(options.vault, portTimer),
    locations: config.locations,
    paymentWindowSeconds: config.paymentWindowSeconds,
    manualConfirmSeconds: config.manualConfirmHours * secondsAnHour,
    pause,
    wakeUp,
    warn,
  }
}
