import type { Table } from '../ports.ts'

type HoldStatus = 'held' | 'committed' | 'shipped' | 'released' | 'expired' | 'voided' | 'cancelled'

/** A hold, or the commitment that it became. A tombstone (released before it was reserved) has quantity 0 and no expiry. */
export type HoldRow = {
  readonly reservation_id: string
  readonly line: number
  readonly sku: string
  readonly location: string
  readonly quantity: number
  readonly status: HoldStatus
  /** The fence of the hold. */
  readonly first_expires_at: number | null
  readonly expires_at: number | null
  readonly shipped: number
  readonly returned: number
  /** When a shortfall was found that names this commitment; null if there is none. */
  readonly shortfall_at: number | null
  readonly updated_at: number
}

export const holdTable: Table<HoldRow> = {
  name: 'holds',
  relation: 'holds',
  positionColumn: 'position',
  key: ['reservation_id', 'line', 'sku', 'location'],
  columns: {
    reservation_id: 'uuid',
    line: 'integer',
    sku: 'text',
    location: 'text',
    quantity: 'bigint',
    status: 'text',
    first_expires_at: 'bigint',
    expires_at: 'bigint',
    shipped: 'bigint',
    returned: 'bigint',
    shortfall_at: 'bigint',
    updated_at: 'bigint',
  },
}
