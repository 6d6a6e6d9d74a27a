import type { Table } from '../ports.ts'

/** One event of an order, described for people. It never holds what identifies a person. */
export type TimelineItem = {
  readonly order_id: string
  readonly log_position: number
  readonly stream: string
  readonly revision: number
  /** The business time of an import, or else when it was recorded. */
  readonly at: number
  readonly type: string
  readonly actor: string
  readonly cause: string
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}

export const timelineTable: Table<TimelineItem> = {
  name: 'timeline_items',
  relation: 'timeline_items',
  positionColumn: 'position',
  key: ['order_id', 'log_position'],
  columns: {
    order_id: 'uuid',
    log_position: 'bigint',
    stream: 'text',
    revision: 'bigint',
    at: 'bigint',
    type: 'text',
    actor: 'text',
    cause: 'text',
    text: 'text',
    data: 'jsonb',
  },
}

/** What the sentences about later events of an order need. */
export type TimelineOrder = { readonly order_id: string; readonly currency: string }

export const timelineOrderTable: Table<TimelineOrder> = {
  name: 'timeline_orders',
  relation: 'timeline_orders',
  positionColumn: 'position',
  key: ['order_id'],
  columns: { order_id: 'uuid', currency: 'text' },
}
