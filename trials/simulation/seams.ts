import { orderRules } from '#commands/order-stream.ts'
import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { EventLog, LogTime } from '#commands/ports.ts'
import { stockRules } from '#commands/stock-stream.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { LeaseStore } from '#platform/postgres/lease-group.ts'
import type { ProjectionStore } from '#projections/ports.ts'
import type { Host } from './host.ts'
import type { StoreServer } from './store.ts'

/**
 * The places where a run can replace production code. `asBuilt` replaces nothing; each negative control removes one guard, and
 * the simulator must find it.
 */
export type Seams = {
  readonly stock: typeof stockRules
  readonly orders: typeof orderRules
  readonly log: (log: EventLog) => EventLog
  readonly logTime: (logTime: LogTime, host: Host) => LogTime
  readonly provider: (provider: PaymentProvider) => PaymentProvider
  readonly projections: (store: ProjectionStore, host: Host, server: StoreServer) => ProjectionStore
  readonly leases: (store: LeaseStore, server: StoreServer) => LeaseStore
  /** The id of a client's command, derived from its idempotency key; `newId` makes a fresh one. */
  readonly commandIdOf: (key: string, newId: () => string) => string
}

export const asBuilt: Seams = {
  stock: stockRules,
  orders: orderRules,
  log: (log) => log,
  logTime: (logTime) => logTime,
  provider: (provider) => provider,
  projections: (store) => store,
  leases: (store) => store,
  commandIdOf: (key) => derivedId('key', key),
}
