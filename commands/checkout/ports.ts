import type { Instant } from '#domain/values/instant.ts'
import type { Origin } from '../context.ts'
import type { OrderWriter } from '../order-rules.ts'
import type { PaymentProviders } from '../payment-providers.ts'
import type { LogTime } from '../ports.ts'
import type { StockWriter } from '../stock-rules.ts'

/** What the checkout process acts with. */
export type CheckoutPorts = PaymentProviders & {
  readonly orders: OrderWriter
  readonly stock: StockWriter
  readonly logTime: LogTime
  /** How long an authorized order with manual confirmation waits at most. */
  readonly manualConfirmSeconds: number
  /** A hint to look at the order again; the sweep comes anyway. Never throws. */
  readonly wakeUp: (orderId: string, at: Instant) => void
  /** One line for the log; never personal data. */
  readonly warn: (line: string) => void
}

/** The order that an effect is run for, and on whose behalf. */
export type OrderRun = Pick<Origin, 'actor' | 'traceparent'> & { readonly orderId: string }
