// The whole platform with its payment simulator, and what the three keepers of truth say afterwards: the simulator's own
// book of charges, the log of stock and the log of orders.
import type { EventStoreDBClient } from '@eventstore/db-client'
import { stockStream } from '#domain/streams.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { openPayments } from '../../shop/payments.ts'
import { openConnections } from '../connections.ts'
import { openLagMeter } from '../lag.ts'
import { patiently } from '../patience.ts'
import { openStack } from '../stack.ts'
import { stockUp } from '../stocking.ts'
import { type Figures, figuresIn } from './breakdown.ts'
import { type Buy, createBuyer, type Form } from './buyer.ts'

export type Books = {
  /** Orders with exactly one captured charge, for all of it. */
  readonly paidOnce: number
  /** Orders that were charged otherwise: twice, in part, or with something refunded. */
  readonly paidWrongly: number
  readonly committed: number
  /** Units committed beyond what was received. */
  readonly oversold: number
}

export type CheckoutShop = {
  readonly buyer: (form: Form) => Buy
  readonly skus: readonly string[]
  readonly books: () => Promise<Books>
  /** How far the read models lag, once they have caught up. */
  readonly settle: () => Promise<string>
  readonly figures: () => Promise<Figures>
  readonly close: () => Promise<void>
}

const skuCount = 100
const unitsEach = 100_000
const location = 'MAIN'

/** Counts what the log holds, without the code that decided it. */
async function committedOf(client: EventStoreDBClient, sku: string): Promise<number> {
  let committed = 0
  for await (const { event } of client.readStream(stockStream(sku, location)))
    if (event?.type === 'ReservationCommitted.v1') committed += 1
  return committed
}

export async function openCheckoutShop(options: {
  readonly clients: number
  readonly paymentLatencyMilliseconds: number
  readonly profileDir: string | undefined
}): Promise<CheckoutShop> {
  const { clients, paymentLatencyMilliseconds, profileDir } = options
  const stack = await openStack({ paymentLatencyMilliseconds, ...(profileDir === undefined ? {} : { profileDir }) })
  const { addresses, credentials } = stack
  const connections = openConnections(addresses.apiUrls, clients)
  const client = connectEventStore(addresses.eventStoreUrl)
  const lag = openLagMeter(addresses)
  const payments = openPayments(stack)
  const patient = patiently(connections)
  const skus = Array.from({ length: skuCount }, (_, index) => `BENCH-${index}`)
  await stockUp(skus, unitsEach, patient, credentials.staffToken)
  return {
    buyer: (form) => createBuyer(form, credentials.storefrontKey, patient),
    skus,
    books: async () => {
      const charges = Map.groupBy(await payments.charges(), ({ paymentIntent }) => paymentIntent)
      const isPaidOnce = [...charges.values()].map(
        ([first, ...others]) =>
          first !== undefined && others.length === 0 && first.captured === first.amount && first.refunded === 0,
      )
      const committed = await Promise.all(skus.map((sku) => committedOf(client, sku)))
      return {
        paidOnce: isPaidOnce.filter(Boolean).length,
        paidWrongly: isPaidOnce.filter((once) => !once).length,
        committed: committed.reduce((sum, units) => sum + units, 0),
        oversold: committed.reduce((sum, units) => sum + Math.max(0, units - unitsEach), 0),
      }
    },
    settle: lag.settle,
    figures: async () => figuresIn((await connections.ask({ method: 'GET', path: '/metrics', headers: {} })).text),
    close: async () => {
      connections.close()
      await lag.close()
      await client.dispose()
      await stack.stop()
    },
  }
}
