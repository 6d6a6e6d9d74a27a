// The same sale on Emmett, an event sourcing library for TypeScript, over its own event store in Postgres: read the stream,
// decide, append at the version that was read, and on a conflict all of it again. With `lock`, requests of one stream wait
// for one another in this process first, so that they do not race; a second process would race again.
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
import { expiry } from './postgres-shop.ts'
import type { Shop } from './shop.ts'

type StockReceived = Event<'StockReceived', { readonly quantity: number }>
type StockReserved = Event<'StockReserved', { readonly reservationId: string; readonly expiresAt: string }>
type StockEvent = StockReceived | StockReserved
type Stock = { readonly free: number }

const evolve = ({ free }: Stock, event: StockEvent): Stock =>
  event.type === 'StockReceived' ? { free: free + event.data.quantity } : { free: free - 1 }

const streamOf = (sku: string): string => `stock-${sku}`

/** Until it is through: a shopper is not turned away for having lost a race. */
const retry: AsyncRetryOptions = {
  forever: true,
  minTimeout: 1,
  maxTimeout: 100,
  randomize: true,
  shouldRetryError: isExpectedVersionConflictError,
}

const audit = `
  select coalesce(sum(n), 0) as recorded, coalesce(sum(greatest(0, n - $2)), 0) as oversold
  from (select count(*) as n from emt_messages where stream_id = any($1) and message_type = 'StockReserved'
    group by stream_id) as counted`

type Audited = { readonly recorded: string; readonly oversold: string }

export const openEmmettShop = async (url: string, connections: number, lock: boolean): Promise<Shop> => {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } })
  await store.schema.migrate()
  await store.schema.dangerous.truncate({ resetSequences: true })
  const handle = CommandHandler<Stock, StockEvent>({ evolve, initialState: () => ({ free: 0 }), retry })
  const queue = InProcessLock()
  const take = async (sku: string): Promise<boolean> => {
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
    reserve: (sku) => (lock ? queue.withAcquire(() => take(sku), { lockId: sku }) : take(sku)),
    audit: async (skus, units) => {
      const { rows } = await pool.query<Audited>(audit, [skus.map(streamOf), units])
      return { recorded: Number(rows[0]?.recorded), oversold: Number(rows[0]?.oversold) }
    },
    close: async () => {
      await store.close()
      await pool.end()
    },
  }
}
