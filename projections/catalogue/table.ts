import type { Table } from '../ports.ts'

/** The columns from the product's stream. */
export type ProductRow = {
  readonly sku: string
  readonly name: string
  readonly brand: string | null
  readonly category: string | null
  readonly image_url: string | null
  /** Minor units of `currency`. */
  readonly unit_price: number
  readonly currency: string
  /** Revision of the product's stream at which this was the price. */
  readonly price_revision: number
  readonly discontinued: boolean
  readonly listed_at: number
  readonly updated_at: number
}

/** The columns for text search, and those that only the page of one product shows. */
export type ProductText = {
  readonly sku: string
  readonly name: string
  readonly brand: string | null
  readonly category: string | null
  readonly description: string | null
  readonly attributes: Readonly<Record<string, string>>
}

export type LocationLevel = { readonly free: number; readonly safety: number }

/** The columns from the stock streams of the sku. `available` is the sum over the locations in `levels`. */
export type AvailabilityRow = {
  readonly sku: string
  readonly levels: Readonly<Record<string, LocationLevel>>
  readonly available: number
}

/** One relation holds product and availability. Stock can come before the product is listed; then `listed_at` is null. */
export type CatalogueProduct = { readonly [Column in keyof ProductRow]: ProductRow[Column] } & Omit<
  AvailabilityRow,
  'sku'
>

export type CataloguePrice = {
  readonly sku: string
  readonly revision: number
  readonly unit_price: number
  readonly currency: string
  readonly at: number
}

export const productTable: Table<ProductRow> = {
  name: 'catalogue_products',
  relation: 'catalogue_products',
  positionColumn: 'position',
  key: ['sku'],
  columns: {
    sku: 'text',
    name: 'text',
    brand: 'text',
    category: 'text',
    image_url: 'text',
    unit_price: 'bigint',
    currency: 'text',
    price_revision: 'bigint',
    discontinued: 'boolean',
    listed_at: 'bigint',
    updated_at: 'bigint',
  },
}

export const textTable: Table<ProductText> = {
  name: 'catalogue_texts',
  relation: 'catalogue_texts',
  positionColumn: 'position',
  key: ['sku'],
  columns: {
    sku: 'text',
    name: 'text',
    brand: 'text',
    category: 'text',
    description: 'text',
    attributes: 'jsonb',
  },
}

export const availabilityTable: Table<AvailabilityRow> = {
  name: 'catalogue_availability',
  relation: 'catalogue_products',
  positionColumn: 'stock_position',
  key: ['sku'],
  columns: { sku: 'text', levels: 'jsonb', available: 'bigint' },
}

export const priceTable: Table<CataloguePrice> = {
  name: 'catalogue_prices',
  relation: 'catalogue_prices',
  positionColumn: 'position',
  key: ['sku', 'revision'],
  columns: { sku: 'text', revision: 'bigint', unit_price: 'bigint', currency: 'text', at: 'bigint' },
}
