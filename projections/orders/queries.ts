import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { OrderStatus } from '#domain/order/state.ts'
import { decodeCursor, type Page, pageOf, type UnknownCursor, unknownCursor } from '../paging.ts'
import type { ReadTables } from '../tables.ts'
import type { OrderRow } from './table.ts'

// Queries on orders. The read model lags behind the log; `revision` says up to which event of its stream a row has come.

type Reader = Kysely<ReadTables>

const columns = [
  'order_id',
  'order_number',
  'status',
  'customer_id',
  'reservation_id',
  'total',
  'currency',
  'country',
  'placed_at',
  'confirmed_at',
  'updated_at',
  'expires_at',
  'look_again_at',
  'needs_attention',
  'attention_reason',
  'attention_at',
  'revision',
  'state',
] as const

/** `orderId` is a UUID. */
export const trackedOrder = (db: Reader, orderId: string): Promise<OrderRow | undefined> =>
  db.selectFrom('orders').select(columns).where('order_id', '=', orderId).executeTakeFirst()

/** An order number has sixty bits of a hash, so two orders can share one: the caller tells them apart by customer. */
export const trackedOrdersByNumber = (db: Reader, orderNumber: string): Promise<readonly OrderRow[]> =>
  db.selectFrom('orders').select(columns).where('order_number', '=', orderNumber).limit(10).execute()

export type OrderFilter = {
  readonly status?: OrderStatus
  readonly customerId?: string
  /** Placed at or after this instant. */
  readonly from?: number
  /** Placed before this instant. */
  readonly to?: number
  readonly cursor?: string
  readonly limit: number
}

const placedCursor = z.tuple([z.int(), z.uuid()])

/** Orders by the time they were placed, newest first. */
export const placedOrders = async (db: Reader, filter: OrderFilter): Promise<Page<OrderRow> | UnknownCursor> => {
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor, placedCursor)
  if (filter.cursor !== undefined && after === undefined) return unknownCursor
  let query = db.selectFrom('orders').select(columns)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.customerId !== undefined) query = query.where('customer_id', '=', filter.customerId)
  if (filter.from !== undefined) query = query.where('placed_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('placed_at', '<', filter.to)
  if (after)
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('placed_at', 'order_id'), '<', tuple(...after)))
  const rows = await query
    .orderBy('placed_at', 'desc')
    .orderBy('order_id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit, (row) => [row.placed_at, row.order_id])
}

/** Orders that the checkout process has to look at by `at`, the longest due first. Their streams decide. */
export const ordersToLookAt = async (db: Reader, at: number, limit: number): Promise<readonly string[]> => {
  const rows = await db
    .selectFrom('orders')
    .select('order_id')
    .where('look_again_at', '<=', at)
    .orderBy('look_again_at')
    .limit(limit)
    .execute()
  return rows.map(({ order_id }) => order_id)
}

const attentionCursor = z.tuple([z.int(), z.uuid()])

/** Orders that need a person, the longest waiting first. */
export const ordersNeedingAttention = async (
  db: Reader,
  { cursor, limit }: { readonly cursor?: string; readonly limit: number },
): Promise<Page<OrderRow> | UnknownCursor> => {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, attentionCursor)
  if (cursor !== undefined && after === undefined) return unknownCursor
  let query = db.selectFrom('orders').select(columns).where(sql<boolean>`needs_attention`)
  if (after)
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('attention_at', 'order_id'), '>', tuple(...after)))
  const rows = await query
    .orderBy('attention_at')
    .orderBy('order_id')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, (row) => [row.attention_at ?? 0, row.order_id])
}

export type MonthlyRevenue = {
  /** `2026-11`, UTC. */
  readonly month: string
  readonly country: string
  readonly currency: string
  readonly orders: number
  readonly lines: number
  readonly sold: number
  readonly returned: number
  readonly refunded: number
}

/** Revenue by month and country: sales when placed, returns and refunds when they happened, all in minor units. */
export const revenueSoFar = (
  db: Reader,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly MonthlyRevenue[]> =>
  db
    .selectFrom('order_revenue')
    .select(sql<string>`to_char(to_timestamp(at / 1000) at time zone 'UTC', 'YYYY-MM')`.as('month'))
    .select(['country', 'currency'])
    .select(sql<number>`count(*) filter (where kind = 'sale')`.as('orders'))
    .select(sql<number>`coalesce(sum(lines) filter (where kind = 'sale'), 0)`.as('lines'))
    .select(sql<number>`coalesce(sum(amount) filter (where kind = 'sale'), 0)::bigint`.as('sold'))
    .select(sql<number>`coalesce(sum(amount) filter (where kind = 'return'), 0)::bigint`.as('returned'))
    .select(sql<number>`coalesce(sum(amount) filter (where kind = 'refund'), 0)::bigint`.as('refunded'))
    .where('at', '>=', from)
    .where('at', '<', to)
    .groupBy(['month', 'country', 'currency'])
    .orderBy('month')
    .orderBy('country')
    .orderBy('currency')
    .execute()
