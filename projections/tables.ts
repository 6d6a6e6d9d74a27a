import type { Kysely } from 'kysely'
import type { CataloguePrice, CatalogueProduct, ProductText } from './catalogue/table.ts'
import type { HoldRow } from './holds/table.ts'
import type { NoticeRow } from './notices/table.ts'
import type { OrderRow, RevenueFact } from './orders/table.ts'
import type { StockLevel } from './stock/table.ts'
import type { TimelineItem, TimelineOrder } from './timeline/table.ts'

type Checkpoint = {
  readonly projection: string
  readonly position: number | null
  readonly version: number
  readonly stopped: string | null
  readonly updated_at: Date
}

type Parked = {
  readonly projection: string
  readonly stream: string
  readonly revision: number
  readonly position: number
  readonly problem: string
  readonly last_revision: number
  readonly parked_at: Date
}

/** The tables of the read database, for queries. Only the projection store writes them. */
export type ReadTables = {
  readonly projection_checkpoints: Checkpoint
  readonly parked_streams: Parked
  readonly catalogue_products: CatalogueProduct
  readonly catalogue_texts: ProductText
  readonly catalogue_prices: CataloguePrice
  readonly stock_levels: StockLevel
  readonly holds: HoldRow
  readonly orders: OrderRow
  readonly order_revenue: RevenueFact
  readonly timeline_items: TimelineItem
  readonly timeline_orders: TimelineOrder
  readonly notices: NoticeRow
}

/** The read database, for queries. */
export type ReadDatabase = Kysely<ReadTables>
