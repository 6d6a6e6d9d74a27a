import { connectEventStore } from '#platform/eventstore/client.ts'
import { openPayments } from '../../shop/payments.ts'
import { openConnections } from '../connections.ts'
import { openLagMeter } from '../lag.ts'
import { patiently } from '../patience.ts'
import { openStack } from '../stack.ts'
import { stockUp } from '../stocking.ts'
import { type Books, readBooks, shelves } from './books.ts'
import { type Figures, figuresIn } from './breakdown.ts'
import { type Buy, createBuyer, type Form } from './buyer.ts'

export type CheckoutShop = {
  readonly buyer: (form: Form) => Buy
  readonly skus: readonly string[]
  readonly books: () => Promise<Books>
  /** Waits until what follows the log has caught up, and says how far behind it was. */
  readonly settle: () => Promise<string>
  readonly figures: () => Promise<Figures>
  readonly close: () => Promise<void>
}

/** The whole platform with its payment simulator. */
export const openCheckoutShop = async (options: {
  readonly clients: number
  readonly paymentLatencyMilliseconds: number
  readonly profileDir: string | undefined
}): Promise<CheckoutShop> => {
  const { clients, paymentLatencyMilliseconds, profileDir } = options
  const stack = await openStack({ paymentLatencyMilliseconds, ...(profileDir === undefined ? {} : { profileDir }) })
  const { addresses, credentials } = stack
  const connections = openConnections(addresses.apiUrls, clients)
  const client = connectEventStore(addresses.eventStoreUrl)
  const lag = openLagMeter(addresses)
  const payments = openPayments(stack)
  const patient = patiently(connections)
  await stockUp(shelves.skus, shelves.unitsEach, patient, credentials.staffToken)
  return {
    buyer: (form) => createBuyer(form, credentials.storefrontKey, patient),
    skus: shelves.skus,
    books: () => readBooks(client, payments, shelves),
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
