import type { Registry } from 'prom-client'
import type { PersonVault } from '#commands/person-vault.ts'
import type { Keys } from '#platform/keys.ts'
import type { ProductCards } from '#platform/redis/product-cards.ts'
import { systemTimers } from '#platform/timers.ts'
import type { ReadDatabase } from '#projections/tables.ts'
import type { ApiDependencies } from '../routes.ts'
import { createOrderTokens } from '../tokens/order-token.ts'
import { createReservationTokens } from '../tokens/reservation-token.ts'
import { wireAttention } from './attention.ts'
import { wireCatalogue } from './catalogue.ts'
import type { CommandPorts } from './command-ports.ts'
import { wireOrderQueries } from './order-queries.ts'
import { wireOrders } from './orders.ts'
import { wireProducts } from './products.ts'
import { createReadiness, type ReadinessPorts } from './readiness.ts'
import { wireReservations } from './reservations.ts'
import { wireStock } from './stock.ts'
import { type ReadStripeWebhook, wireStripeWebhook } from './stripe-webhook.ts'
import { wireTransfers } from './transfers.ts'
import { createUnderWay } from './under-way.ts'

export type UseCaseParts = {
  readonly ports: CommandPorts
  readonly db: ReadDatabase
  readonly vault: PersonVault
  readonly keys: Keys
  readonly readStripeWebhook: ReadStripeWebhook
  readonly readiness: ReadinessPorts
  readonly registry: Registry
  /** Undefined without Redis. */
  readonly cards: ProductCards | undefined
}

/** All use cases and queries that the routes call. */
export const wireUseCases = (parts: UseCaseParts): ApiDependencies => {
  const { ports, db, vault, keys, registry } = parts
  const underWay = createUnderWay(systemTimers)
  const selling = { ...ports, productTerms: ports.terms.read }
  return {
    ...wireReservations(selling, db),
    ...wireStock(selling, db),
    ...wireProducts(ports),
    ...wireCatalogue(db, parts.cards),
    ...wireOrders(ports, underWay),
    ...wireTransfers(ports),
    ...wireOrderQueries(db, vault),
    ...wireAttention(db, ports.logTime),
    ...wireStripeWebhook(ports, parts.readStripeWebhook, underWay),
    ...createReadiness(parts.readiness),
    registry,
    reservationTokens: createReservationTokens(keys.reservationToken),
    orderTokens: createOrderTokens(keys.orderToken),
  }
}
