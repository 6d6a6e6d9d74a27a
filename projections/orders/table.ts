import type { AttentionReason } from '#domain/order/events.ts'
import type { Order, OrderStatus } from '#domain/order/state.ts'
import type { Table } from '../ports.ts'

export type OrderRow = {
  readonly order_id: string
  readonly order_number: string
  readonly status: OrderStatus
  readonly customer_id: string
  readonly reservation_id: string
  /** Minor units of `currency`. */
  readonly total: number
  readonly currency: string
  readonly country: string
  /** The business time of an import, or else when the order was recorded. */
  readonly placed_at: number
  /** When it became a sale, even if it was cancelled since. */
  readonly confirmed_at: number | null
  readonly updated_at: number
  /** When the order expires if nothing happens before; null if it cannot expire. */
  readonly expires_at: number | null
  /** When the checkout process has to look at the order again; null if it has nothing more to do. */
  readonly look_again_at: number | null
  readonly needs_attention: boolean
  readonly attention_reason: AttentionReason | null
  readonly attention_at: number | null
  readonly revision: number
  /** The folded state of the order's stream at `revision`. */
  readonly state: Order
}

type RevenueKind = 'sale' | 'return' | 'refund'

/** A change of revenue: the sale of an order, a return or a refund. `fact` identifies it within the order. */
export type RevenueFact = {
  readonly order_id: string
  readonly fact: string
  readonly kind: RevenueKind
  readonly at: number
  readonly country: string
  readonly currency: string
  readonly lines: number
  readonly amount: number
}

export const orderTable: Table<OrderRow> = {
  name: 'orders',
  relation: 'orders',
  positionColumn: 'position',
  key: ['order_id'],
  columns: {
    order_id: 'uuid',
    order_number: 'text',
    status: 'text',
    customer_id: 'uuid',
    reservation_id: 'uuid',
    total: 'bigint',
    currency: 'text',
    country: 'text',
    placed_at: 'bigint',
    confirmed_at: 'bigint',
    updated_at: 'bigint',
    expires_at: 'bigint',
    look_again_at: 'bigint',
    needs_attention: 'boolean',
    attention_reason: 'text',
    attention_at: 'bigint',
    revision: 'bigint',
    state: 'jsonb',
  },
}

export const revenueTable: Table<RevenueFact> = {
  name: 'order_revenue',
  relation: 'order_revenue',
  positionColumn: 'position',
  key: ['order_id', 'fact'],
  columns: {
    order_id: 'uuid',
    fact: 'text',
    kind: 'text',
    at: 'bigint',
    country: 'text',
    currency: 'text',
    lines: 'integer',
    amount: 'bigint',
  },
}
