import { connectEventStore } from '#platform/eventstore/client.ts'
import { openPayments } from '../../shop/payments.ts'
import { openConnections } from '../load/connections.ts'
import { retryUnavailable } from '../load/retrying.ts'
import { stockProducts } from '../load/stock-products.ts'
import { openLagMeter } from '../measuring/read-model-lag.ts'
import { openStack } from '../servers/stack.ts'
import { type BuyUnit, type CheckoutFlow, createBuyer } from './buyer.ts'
import { type CallTotals, callTotalsIn } from './call-breakdown.ts'
import { type CheckoutRecords, readRecords, stockForSale } from './records.ts'

/** What a design of this benchmark has to implement. */
export type CheckoutShop = {
  readonly createBuyer: (flow: CheckoutFlow) => BuyUnit
  readonly skus: readonly string[]
  readonly readRecords: () => Promise<CheckoutRecords>
  /** Waits until the read models have caught up. Resolves with a text: how far behind they were. */
  readonly settle: () => Promise<string>
  /** Calls that the API has made since it started; empty if they are not counted. */
  readonly callTotals: () => Promise<CallTotals>
  readonly close: () => Promise<void>
}

export type CheckoutLoad = { readonly clients: number; readonly paymentLatencyMilliseconds: number }

/** The whole platform with its payment simulator. */
export const openHoldfastCheckout = async (
  { clients, paymentLatencyMilliseconds }: CheckoutLoad,
  profileDir: string | undefined,
): Promise<CheckoutShop> => {
  const stack = await openStack({ paymentLatencyMilliseconds, ...(profileDir === undefined ? {} : { profileDir }) })
  const { addresses, credentials } = stack
  const connections = openConnections(addresses.apiUrls, clients)
  const client = connectEventStore(addresses.eventStoreUrl)
  const lag = openLagMeter(addresses)
  const payments = openPayments(stack)
  const retrying = retryUnavailable(connections)
  const { skus, unitsEach } = stockForSale
  await stockProducts(skus, unitsEach, { url: addresses.apiUrls[0] ?? '', staffToken: credentials.staffToken })
  return {
    createBuyer: (flow) => createBuyer(flow, credentials.storefrontKey, retrying),
    skus,
    readRecords: () => readRecords(client, payments, stockForSale),
    settle: lag.settle,
    callTotals: async () =>
      callTotalsIn((await connections.send({ method: 'GET', path: '/metrics', headers: {} })).text),
    close: async () => {
      connections.close()
      await lag.close()
      await client.dispose()
      await stack.stop()
    },
  }
}
