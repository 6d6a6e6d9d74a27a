import type { Instant } from '#domain/values/instant.ts'
import type { Origin } from '../context.ts'
import type { OrderWriter } from '../order-stream.ts'
import type { PaymentProviders } from '../payment-providers.ts'
import type { LogTime } from '../ports.ts'
import type { StockWriter } from '../stock-stream.ts'

/** The ports of the checkout process. */
export type CheckoutPorts = PaymentProviders & {
  readonly orders: OrderWriter
  readonly stock: StockWriter
  readonly logTime: LogTime
  /** How long an authorized order waits at most for its manual confirmation. */
  readonly manualConfirmSeconds: number
  /** Schedules a look at the order. It is only a hint: the sweep finds the order too. Never throws. */
  readonly wakeUp: (orderId: string, at: Instant) => void
  /** Logs one line. Never personal data. */
  readonly warn: (line: string) => void
}

/** The order that an effect is run for, and who asked for it. */
export type OrderRun = Pick<Origin, 'actor' | 'traceparent'> & { readonly orderId: string }
