// Ours as shoppers meet it: POST /v1/reservations on a whole stack, read models following. This process only asks.
import { randomUUID } from 'node:crypto'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { openConnections } from '../connections.ts'
import { cpuSecondsOf } from '../cpu.ts'
import { openLagMeter } from '../lag.ts'
import { insist, patiently } from '../patience.ts'
import { openStack } from '../stack.ts'
import { stockUp } from '../stocking.ts'
import { auditLog } from './holdfast-shop.ts'
import type { Shop } from './shop.ts'

export const openHttpShop = async (options: { readonly apis: number; readonly connections: number }): Promise<Shop> => {
  const { addresses, credentials, stop } = await openStack({ apis: options.apis })
  const connections = openConnections(addresses.apiUrls, options.connections)
  const client = connectEventStore(addresses.eventStoreUrl)
  const lag = openLagMeter(addresses)
  const patient = patiently(connections)
  const authorization = `Bearer ${credentials.storefrontKey}`
  let asked = 0
  let usedBefore = 0
  return {
    stockUp: async (skus, units) => {
      await stockUp(skus, units, patient, credentials.staffToken)
      asked = 0
      usedBefore = await cpuSecondsOf(addresses.apiUrls)
    },
    reserve: async (sku) => {
      asked += 1
      const headers = { authorization, 'idempotency-key': randomUUID() }
      const body = { lines: [{ sku, quantity: 1 }] }
      const reply = await patient.ask({ method: 'POST', path: '/v1/reservations', headers, body })
      if (reply.status !== 409) insist(reply, 201)
      return reply.status === 201
    },
    audit: (skus, units) => auditLog(client, skus, units),
    settle: async () => {
      const microseconds = (((await cpuSecondsOf(addresses.apiUrls)) - usedBefore) / asked) * 1_000_000
      const turnedAway = patient.turnedAway() > 0 ? `, 503 ${patient.turnedAway()} times so far` : ''
      return `API CPU ${microseconds.toFixed(0)} µs an answer${turnedAway}, ${await lag.settle()}`
    },
    close: async () => {
      connections.close()
      await lag.close()
      await client.dispose()
      await stop()
    },
  }
}
