// Holdfast as shoppers use it: POST /v1/reservations on a whole stack, with its read models. The benchmark process only sends
// the requests.
import { randomUUID } from 'node:crypto'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { bodyOf, openConnections } from '../../load/connections.ts'
import { retryUnavailable } from '../../load/retrying.ts'
import { stockProducts } from '../../load/stock-products.ts'
import { apiCpuSeconds } from '../../measuring/api-cpu.ts'
import { openLagMeter } from '../../measuring/read-model-lag.ts'
import { openStack } from '../../servers/stack.ts'
import type { Design, ReservationShop, Scenario } from '../reservation-shop.ts'
import { countHolds } from './count-holds.ts'

type StackSize = { readonly apis: number; readonly connections: number }

const open = async ({ apis, connections: count }: StackSize): Promise<ReservationShop> => {
  const { addresses, credentials, stop } = await openStack({ apis })
  const { apiUrls } = addresses
  const { staffToken, storefrontKey } = credentials
  const connections = openConnections(apiUrls, count)
  const client = connectEventStore(addresses.eventStoreUrl)
  const lag = openLagMeter(addresses)
  const retrying = retryUnavailable(connections)
  const authorization = `Bearer ${storefrontKey}`
  let requests = 0
  let cpuSecondsBefore = 0
  return {
    stockUp: async (skus, units) => {
      await stockProducts(skus, units, { url: apiUrls[0] ?? '', staffToken })
      requests = 0
      cpuSecondsBefore = await apiCpuSeconds(apiUrls)
    },
    reserve: async (sku) => {
      requests += 1
      const headers = { authorization, 'idempotency-key': randomUUID() }
      const body = { lines: [{ sku, quantity: 1 }] }
      const answer = await retrying.send({ method: 'POST', path: '/v1/reservations', headers, body })
      if (answer.status === 409) return false
      bodyOf(answer, 201)
      return true
    },
    countReservations: (skus, units) => countHolds(client, skus, units),
    settle: async () => {
      const microseconds = (((await apiCpuSeconds(apiUrls)) - cpuSecondsBefore) / requests) * 1_000_000
      const unavailable = retrying.unavailableAnswers()
      const retries = unavailable === 0 ? '' : `, ${unavailable} answers 503 since the start (retried)`
      return `API CPU ${microseconds.toFixed(0)} µs per answer${retries}, ${await lag.settle()}`
    },
    close: async () => {
      connections.close()
      await lag.close()
      await client.dispose()
      await stop()
    },
  }
}

/** The stack with so many API processes. Each client of the scenario has a connection. */
export const holdfastOverHttp = (apis: number, { load }: Scenario): Design => ({
  design: `Holdfast over HTTP, ${apis} API ${apis === 1 ? 'process' : 'processes'}`,
  durability: 'event log synced',
  open: () => open({ apis, connections: load.clients }),
})
