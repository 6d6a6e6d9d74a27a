// Ours, as one API process does it: the use case of `POST /v1/reservations` on the stream writer, through the official
// client, over an event store node in a process of its own.
import { randomUUID } from 'node:crypto'
import type { EventStoreDBClient } from '@eventstore/db-client'
import { changeStock } from '#commands/change-stock.ts'
import type { Origin } from '#commands/context.ts'
import { type ReservePorts, reserveStock } from '#commands/reserve-stock.ts'
import { stockRules } from '#commands/stock-rules.ts'
import { writerBounds } from '#commands/stream-writer/types.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import { stockStream } from '#domain/streams.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { systemTimers } from '#platform/timers.ts'
import { startNode } from '../servers.ts'
import type { Shop } from './shop.ts'

const location = 'MAIN'
const ttlSeconds = 900
/** A slow machine is to show as a figure, not as callers turned away. */
const bounds = { ...writerBounds, callerMilliseconds: 60_000 }
/** Streams written or read at once while no time is taken. */
const streamsAtOnce = 500

/** As the cache of product terms answers on this path. */
const terms = { unitPrice: 1_999, currency: 'EUR', revision: 0, discontinued: false }

const origin = (): Origin => ({ commandId: randomUUID(), actor: 'bench' })

const portsOver = (client: EventStoreDBClient): ReservePorts => {
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

const forEachOf = async (skus: readonly string[], work: (sku: string) => Promise<void>): Promise<void> => {
  for (let start = 0; start < skus.length; start += streamsAtOnce)
    await Promise.all(skus.slice(start, start + streamsAtOnce).map(work))
}

const receive = async (sku: string, units: number, ports: ReservePorts): Promise<void> => {
  const changed = await changeStock({ sku }, { type: 'ReceiveStock', quantity: units }, origin(), ports)
  if (!('outcome' in changed)) throw new Error(`The stock of ${sku} was refused as ${changed.code}.`)
}

const reserveOne = async (sku: string, ports: ReservePorts): Promise<boolean> => {
  const answer = await reserveStock({ lines: [{ sku, quantity: 1 }], ttlSeconds }, origin(), ports)
  if ('outcome' in answer) return true
  if (answer.code === 'out_of_stock') return false
  throw new Error(`A reservation was refused as ${answer.code}.`)
}

/** Counts what the log holds, without the code that decided it. */
export const auditLog = async (client: EventStoreDBClient, skus: readonly string[], units: number) => {
  let recorded = 0
  let oversold = 0
  await forEachOf(skus, async (sku) => {
    let held = 0
    for await (const { event } of client.readStream(stockStream(sku, location)))
      if (event?.type === 'StockReserved.v1') held += 1
    recorded += held
    oversold += Math.max(0, held - units)
  })
  return { recorded, oversold }
}

export const openHoldfastShop = async (): Promise<Shop> => {
  const { client, close } = await startNode()
  const ports = portsOver(client)
  return {
    stockUp: (skus, units) => forEachOf(skus, (sku) => receive(sku, units, ports)),
    reserve: (sku) => reserveOne(sku, ports),
    audit: (skus, units) => auditLog(client, skus, units),
    close,
  }
}
