import type { Table } from '../ports.ts'

export type StockLevel = {
  readonly sku: string
  readonly location: string
  readonly on_hand: number
  readonly held: number
  readonly committed: number
  /** Units kept back from sale. */
  readonly safety: number
  /** What can be reserved: on hand, less held, committed and safety; never negative. */
  readonly available: number
  /** Units that are promised but not there. */
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
