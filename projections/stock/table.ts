import type { Table } from '../ports.ts'

export type StockLevel = {
  readonly sku: string
  readonly location: string
  readonly on_hand: number
  readonly held: number
  readonly committed: number
  /** Units that are not sold to shoppers. */
  readonly safety: number
  /** Units that can be reserved: on hand minus held, committed and safety; never negative. */
  readonly available: number
  /** Units that are held or committed but not on hand. */
  readonly shortfall: number
  readonly revision: number
  readonly updated_at: number
}

export const stockTable: Table<StockLevel> = {
  name: 'stock_levels',
  relation: 'stock_levels',
  positionColumn: 'position',
  key: ['sku', 'location'],
  columns: {
    sku: 'text',
    location: 'text',
    on_hand: 'bigint',
    held: 'bigint',
    committed: 'bigint',
    safety: 'bigint',
    available: 'bigint',
    shortfall: 'bigint',
    revision: 'bigint',
    updated_at: 'bigint',
  },
}
