import type { RecordedEvent } from '#domain/events.ts'
import type { Order } from '#domain/order/state.ts'
import { orderStream, stockStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import { noticeRules } from '../notice-stream.ts'
import { orderRules } from '../order-stream.ts'
import type { PaymentProvider } from '../payment-provider.ts'
import type { EventLog, Timers } from '../ports.ts'
import { productRules } from '../product-stream.ts'
import { createProductTerms } from '../product-terms.ts'
import { stockRules } from '../stock-stream.ts'
import { createStreamWriter } from '../stream-writer/writer.ts'
import { createFakePayments } from './fake-payments.ts'
import { createFakeVault } from './fake-vault.ts'
import { createManualTimers } from './manual-timers.ts'
import { createMemoryLog } from './memory-log.ts'

// The use cases on a platform in memory: one log with the codec, one payment provider, and time that the test advances. A
// process stands for what a restart loses: its writers and their memory.

export const noon = 1_800_000_000_000
export const manualConfirmSeconds = 86_400
const paymentWindowSeconds = 600

export const id = (name: string): string => derivedId('test', name)
export const origin = (name: string) => ({ commandId: id(name), actor: 'test' })

/** The outside calls of a process. */
export type Outside = { readonly log: EventLog; readonly provider: PaymentProvider; readonly timers: Timers }

/** The ports of a process with this provider alone. */
export const paidBy = (provider: PaymentProvider) => ({
  providers: { [provider.name]: provider },
  defaultProvider: provider.name,
})

export type MemoryOptions = { readonly locations?: readonly string[]; readonly providerName?: string }

export const createMemoryPlatform = (options: MemoryOptions = {}) => {
  const timers = createManualTimers()
  const now = (): Instant => noon + timers.monotonic()
  const logTime = { now }
  const log = createMemoryLog(now)
  const payments = createFakePayments(now, options.providerName)
  const vault = createFakeVault()
  const wakeUps: { readonly orderId: string; readonly at: Instant }[] = []
  const warnings: string[] = []
  const warn = (line: string): void => void warnings.push(line)

  const boot = (outside: Partial<Outside> = {}) => {
    const writerPorts = { log: outside.log ?? log, logTime, timers: outside.timers ?? timers, random: () => 0.5, warn }
    const products = createStreamWriter(productRules, writerPorts)
    const terms = createProductTerms({ products, isLive: () => true })
    return {
      logTime,
      notices: createStreamWriter(noticeRules, writerPorts),
      orders: createStreamWriter(orderRules, writerPorts),
      stock: createStreamWriter(stockRules, writerPorts),
      products,
      terms,
      productTerms: terms.read,
      locations: options.locations ?? ['MAIN'],
      ...paidBy(outside.provider ?? payments.provider),
      paymentMethods: { transfer: 'unavailable' },
      vault,
      manualConfirmSeconds,
      paymentWindowSeconds,
      /** Waiting advances the time. */
      pause: (milliseconds: number) => timers.advance(milliseconds),
      wakeUp: (orderId: string, at: Instant) => void wakeUps.push({ orderId, at }),
      warn,
    }
  }

  const eventsOf = (stream: string): readonly RecordedEvent[] => log.all().filter((event) => event.stream === stream)
  const ports = boot()
  return {
    ports,
    boot,
    outside: { log, provider: payments.provider, timers },
    log,
    payments,
    wakeUps,
    warnings,
    now,
    pass: (seconds: number): Promise<void> => timers.advance(seconds * 1_000),
    eventsOf,
    typesOf: (stream: string): readonly string[] => eventsOf(stream).map(({ type }) => type),
    order: async (orderId: string): Promise<Order> => {
      const { state } = await boot().orders.read(orderStream(orderId))
      if (state.status === 'none') throw new Error(`no order ${orderId}`)
      return state
    },
    levels: async (sku: string, location = 'MAIN') => {
      const { state } = await boot().stock.read(stockStream(sku, location))
      const { onHand, held, committed } = state.levels
      return { onHand, held, committed }
    },
  }
}

export type MemoryPlatform = ReturnType<typeof createMemoryPlatform>
export type Process = ReturnType<MemoryPlatform['boot']>
