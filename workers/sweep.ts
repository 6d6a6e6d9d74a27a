import type { Kysely } from 'kysely'
import type { CheckoutPorts } from '#commands/checkout/ports.ts'
import { expireDueHolds } from '#commands/expire-due-holds.ts'
import { reportShortfall } from '#commands/report-shortfall.ts'
import { errorText } from '#domain/error-text.ts'
import { stockStream } from '#domain/streams.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import { holdsInShortfall, type StockPlace, stocksWithDueHolds } from '#projections/holds/queries.ts'
import type { HoldRow } from '#projections/holds/table.ts'
import { ordersToLookAt } from '#projections/orders/queries.ts'
import type { ReadTables } from '#projections/tables.ts'
import { createBackoff } from './backoff.ts'
import { checkoutActor, type DriveOrder } from './drive-order.ts'
import { eachBounded } from './each.ts'
import type { Worker } from './worker.ts'

// Looks every second at the orders and holds that are due by the read models, so nothing depends on timers alone. The read
// models can lag or be wrong; the streams decide. Nothing is done without a trusted log time.

/** What is due by the read models. The queries of `orders` and `holds` describe it. */
export type SweepQueries = {
  readonly ordersToLookAt: (at: Instant, limit: number) => Promise<readonly string[]>
  readonly stocksWithDueHolds: (at: Instant, limit: number) => Promise<readonly StockPlace[]>
  readonly holdsInShortfall: (page: { readonly after?: HoldRow; readonly limit: number }) => Promise<readonly HoldRow[]>
}

export const createSweepQueries = (db: Kysely<ReadTables>): SweepQueries => ({
  ordersToLookAt: (at, limit) => ordersToLookAt(db, at, limit),
  stocksWithDueHolds: (at, limit) => stocksWithDueHolds(db, at, limit),
  holdsInShortfall: (page) => holdsInShortfall(db, page),
})

export type SweepPorts = {
  readonly lease: Lease
  readonly queries: SweepQueries
  /** Its log time is undefined if it cannot be trusted. */
  readonly checkout: CheckoutPorts
  readonly drive: DriveOrder
  readonly newId: () => string
  readonly monotonic: () => number
  readonly signal: AbortSignal
}

const idleMilliseconds = 1_000
const ordersMax = 500
const stocksMax = 500
const ordersAtOnce = 16
const streamsAtOnce = 8
/** At most this many appends of expiries to one stream in a row; each has a bounded number of them. */
const expiriesInARowMax = 10
const shortfallsMax = 200
const shortfallMilliseconds = 30_000

const streamOf = ({ sku, location }: StockPlace): string => stockStream(sku, location)

export const createSweep = (ports: SweepPorts): Worker => {
  const { lease, queries, checkout, drive, newId, monotonic, signal } = ports
  const orderBackoff = createBackoff()
  const stockBackoff = createBackoff()
  let shortfallsDueAt = 0
  let lastShortfall: HoldRow | undefined

  const sweepOrders = async (at: Instant): Promise<void> => {
    const now = monotonic()
    // Orders in backoff are due too, and come first: the limit is raised so that they do not hide the others.
    const orderIds = await queries.ordersToLookAt(at, ordersMax + orderBackoff.waiting(now))
    const due = orderIds.filter((orderId) => orderBackoff.mayTry(orderId, now)).slice(0, ordersMax)
    await eachBounded(due, { atOnce: ordersAtOnce, signal }, async (orderId) => {
      orderBackoff.tried(orderId, await drive(orderId), now)
    })
  }

  const expireAt = async (place: StockPlace, now: number): Promise<void> => {
    const stream = streamOf(place)
    let written = 0
    try {
      for (; written < expiriesInARowMax; written += 1)
        if (!(await expireDueHolds(place, { commandId: newId(), actor: checkoutActor }, checkout))) break
    } catch (error) {
      checkout.warn(`${stream} cannot be swept: ${errorText(error)}`)
    }
    stockBackoff.tried(stream, written === 0 ? 0 : now, now)
  }

  const sweepHolds = async (at: Instant): Promise<void> => {
    const now = monotonic()
    // Stocks in backoff are due too, and come first, as with orders.
    const places = await queries.stocksWithDueHolds(at, stocksMax + stockBackoff.waiting(now))
    const due = places.filter((place) => stockBackoff.mayTry(streamOf(place), now)).slice(0, stocksMax)
    await eachBounded(due, { atOnce: streamsAtOnce, signal }, (place) => expireAt(place, now))
  }

  /** One page in each step; after the last page it starts again with the first. */
  const sweepShortfalls = async (): Promise<void> => {
    if (monotonic() < shortfallsDueAt) return
    const after = lastShortfall === undefined ? {} : { after: lastShortfall }
    const marked = await queries.holdsInShortfall({ ...after, limit: shortfallsMax })
    lastShortfall = marked.length < shortfallsMax ? undefined : marked.at(-1)
    if (lastShortfall === undefined) shortfallsDueAt = monotonic() + shortfallMilliseconds
    await eachBounded(marked, { atOnce: ordersAtOnce, signal }, async (hold) => {
      const { reservation_id: reservationId, line, sku, location, shortfall_at } = hold
      const short = { reservationId, line, sku, location, foundAt: shortfall_at ?? 0 }
      await reportShortfall(short, checkoutActor, checkout)
    })
  }

  return {
    name: 'sweep',
    idleMilliseconds,
    step: async () => {
      if ((await lease.hold()) === undefined) return 'idle'
      const at = checkout.logTime.now()
      if (at === undefined) return 'idle'
      await sweepOrders(at)
      await sweepHolds(at)
      await sweepShortfalls()
      return 'idle'
    },
    close: () => lease.release(),
  }
}
