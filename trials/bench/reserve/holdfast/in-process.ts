// Holdfast as one API process runs it, without HTTP: the use case of POST /v1/reservations on the stream writer, through the
// official client library, on an event store node in a process of its own.
import { randomUUID } from 'node:crypto'
import type { EventStoreDBClient } from '@eventstore/db-client'
import { changeStock } from '#commands/change-stock.ts'
import type { Origin } from '#commands/context.ts'
import { type ReservePorts, reserveStock } from '#commands/reserve-stock.ts'
import { stockRules } from '#commands/stock-stream.ts'
import { writerBounds } from '#commands/stream-writer/types.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { systemTimers } from '#platform/timers.ts'
import { currency, holdSeconds, location, unitPrice } from '../../load/sale-terms.ts'
import { startNode } from '../../servers/event-store.ts'
import type { Design, ReservationShop } from '../reservation-shop.ts'
import { countHolds, forEachSku } from './count-holds.ts'

/** On a slow machine the figures get worse; callers are not refused. */
const bounds = { ...writerBounds, callerMilliseconds: 60_000 }

/** What the cache of product terms answers when a reservation is made. */
const terms = { unitPrice, currency, revision: 0, discontinued: false }

const origin = (): Origin => ({ commandId: randomUUID(), actor: 'bench' })

const portsOn = (client: EventStoreDBClient): ReservePorts => {
  const writerPorts = {
    log: createEventLog(client),
    logTime: { now: () => Date.now() },
    timers: systemTimers,
    random: Math.random,
    warn: (line: string) => console.error(line),
  }
  const stock = createStreamWriter(stockRules, writerPorts, bounds)
  return { stock, productTerms: async () => terms, locations: [location] }
}

const receive = async (sku: string, units: number, ports: ReservePorts): Promise<void> => {
  const changed = await changeStock({ sku }, { type: 'ReceiveStock', quantity: units }, origin(), ports)
  if (!('outcome' in changed)) throw new Error(`Receiving stock of ${sku} was refused: ${changed.code}.`)
}

const reserveOne = async (sku: string, ports: ReservePorts): Promise<boolean> => {
  const answer = await reserveStock({ lines: [{ sku, quantity: 1 }], ttlSeconds: holdSeconds }, origin(), ports)
  if ('outcome' in answer) return true
  if (answer.code === 'out_of_stock') return false
  throw new Error(`A reservation was refused: ${answer.code}.`)
}

const open = async (): Promise<ReservationShop> => {
  const { client, close } = await startNode()
  const ports = portsOn(client)
  return {
    stockUp: (skus, units) => forEachSku(skus, (sku) => receive(sku, units, ports)),
    reserve: (sku) => reserveOne(sku, ports),
    countReservations: (skus, units) => countHolds(client, skus, units),
    close,
  }
}

export const holdfastInProcess: Design = { design: 'Holdfast in process', durability: 'event log synced', open }
