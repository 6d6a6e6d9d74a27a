// Emmett, an event sourcing library for TypeScript, on its own event store in Postgres: read the stream, decide, append with
// the version that was read as the expected version, and on a conflict do all of it again. The queuing variant lets requests
// for one stream wait for each other in this process first, so that they do not conflict; with a second process they would.
import { randomUUID } from 'node:crypto'
import {
  type AsyncRetryOptions,
  CommandHandler,
  type Event,
  InProcessLock,
  isExpectedVersionConflictError,
} from '@event-driven-io/emmett'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'
import pg from 'pg'
import type { ReservationShop, Scenario } from '../reservation-shop.ts'
import { expiry, queryCounts } from '../reservations-table.ts'
import type { Rival } from '../rival.ts'

type StockReceived = Event<'StockReceived', { readonly quantity: number }>
type StockReserved = Event<'StockReserved', { readonly reservationId: string; readonly expiresAt: string }>
type EmmettStockEvent = StockReceived | StockReserved
type FreeStock = { readonly free: number }

/** One, because it makes no difference: requests queue, or spend most of the time waiting for their next attempt. */
const poolSizes = [10]
/** Each request reads the whole stream, so that more clients than these are answered in minutes. */
const clientsMax = 1_000

const evolve = ({ free }: FreeStock, event: EmmettStockEvent): FreeStock =>
  event.type === 'StockReceived' ? { free: free + event.data.quantity } : { free: free - 1 }

const streamOf = (sku: string): string => `stock-${sku}`

/** Retries until the append succeeds: a shopper is not refused because of a conflict. */
const retry: AsyncRetryOptions = {
  forever: true,
  minTimeout: 1,
  maxTimeout: 100,
  randomize: true,
  shouldRetryError: isExpectedVersionConflictError,
}

const countByStream = `
  select coalesce(sum(n), 0) as recorded, coalesce(sum(greatest(0, n - $2)), 0) as oversold
  from (select count(*) as n from emt_messages where stream_id = any($1) and message_type = 'StockReserved'
    group by stream_id) as counted`

const openShop = async (url: string, connections: number, isQueuing: boolean): Promise<ReservationShop> => {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } })
  await store.schema.migrate()
  await store.schema.dangerous.truncate({ resetSequences: true })
  const handle = CommandHandler<FreeStock, EmmettStockEvent>({ evolve, initialState: () => ({ free: 0 }), retry })
  const queue = InProcessLock()
  const reserve = async (sku: string): Promise<boolean> => {
    const reserved: StockReserved = {
      type: 'StockReserved',
      data: { reservationId: randomUUID(), expiresAt: expiry().toISOString() },
    }
    const { newEvents } = await handle(store, streamOf(sku), ({ free }) => (free >= 1 ? reserved : []))
    return newEvents.length === 1
  }
  return {
    stockUp: async (skus, units) => {
      for (const sku of skus)
        await handle(store, streamOf(sku), () => ({ type: 'StockReceived', data: { quantity: units } }))
    },
    reserve: (sku) => (isQueuing ? queue.withAcquire(() => reserve(sku), { lockId: sku }) : reserve(sku)),
    countReservations: (skus, units) => queryCounts(pool, countByStream, [skus.map(streamOf), units]),
    close: async () => {
      await store.close()
      await pool.end()
    },
  }
}

const isFeasible = ({ skus, load }: Scenario): boolean => skus === 1 && load.clients <= clientsMax

const common = { durability: 'Postgres WAL synced', poolSizes, isSlow: true } as const

export const emmettRetrying: Rival = {
  ...common,
  design: 'Emmett, retrying on conflict',
  isFor: (scenario) => isFeasible(scenario) && scenario.load.kind === 'burst',
  open: ({ postgresUrl }, connections) => openShop(postgresUrl, connections, false),
}

export const emmettQueuing: Rival = {
  ...common,
  design: 'Emmett, one queue per stream',
  isFor: isFeasible,
  open: ({ postgresUrl }, connections) => openShop(postgresUrl, connections, true),
}
