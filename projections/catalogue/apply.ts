import { assert, unreachable } from '#domain/assert.ts'
import type { RecordedEvent } from '#domain/events.ts'
import type { ProductEvent } from '#domain/product/events.ts'
import type { StockEvent } from '#domain/stock/events.ts'
import { availableOf } from '#domain/stock/state.ts'
import { stockKeyOf, streamKeyOf } from '#domain/streams.ts'
import type { Projection, RowKey, Rows, RowWrite } from '../ports.ts'
import { put, rowKey } from '../rows.ts'
import { availabilityTable, type LocationLevel, type ProductRow, priceTable, productTable, textTable } from './table.ts'

type Recorded = RecordedEvent<ProductEvent>

/** The time from which a product or price is valid: the business time of an import, or else the time of the event. */
const momentOf = ({ data, metadata }: RecordedEvent): number => metadata.occurredAt ?? data.at

const priced = (event: Recorded, row: ProductRow): readonly RowWrite[] => [
  put(productTable, row),
  put(priceTable, {
    sku: row.sku,
    revision: event.revision,
    unit_price: row.unit_price,
    currency: row.currency,
    at: momentOf(event),
  }),
]

type Listing = Extract<ProductEvent, { type: 'ProductListed' }>['data']
type Described = Extract<ProductEvent, { type: 'ProductDescribed' }>['data'] | Listing

const headingOf = ({ name, brand, category, imageUrl }: Described) => ({ name, brand, category, image_url: imageUrl })

const textOf = (sku: string, { name, brand, category, description, attributes }: Described): RowWrite =>
  put(textTable, { sku, name, brand, category, description, attributes })

const listed = (event: Recorded, sku: string, data: Listing): readonly RowWrite[] => [
  textOf(sku, data),
  ...priced(event, {
    sku,
    ...headingOf(data),
    unit_price: data.unitPrice,
    currency: data.currency,
    price_revision: event.revision,
    discontinued: false,
    listed_at: momentOf(event),
    updated_at: data.at,
  }),
]

const applyProduct = (event: Recorded, rows: Rows): readonly RowWrite[] => {
  const sku = streamKeyOf(event.stream)
  if (event.type === 'ProductListed') return listed(event, sku, event.data)
  const before = rows.get(productTable, [sku])
  assert(before !== undefined, `${event.type} of a product that was never listed: ${sku}`)
  const row = { ...before, updated_at: event.data.at }
  switch (event.type) {
    case 'ProductDescribed':
      return [put(productTable, { ...row, ...headingOf(event.data) }), textOf(sku, event.data)]
    case 'ProductPriced': {
      const { unitPrice, currency } = event.data
      return priced(event, { ...row, unit_price: unitPrice, currency, price_revision: event.revision })
    }
    case 'ProductDiscontinued':
      return [put(productTable, { ...row, discontinued: true })]
    default:
      return unreachable(event)
  }
}

const availableAt = ({ free, safety }: LocationLevel): number =>
  availableOf({ onHand: free, held: 0, committed: 0, safety })

const applyStock = (event: RecordedEvent<StockEvent>, rows: Rows): readonly RowWrite[] => {
  const { sku, location } = stockKeyOf(event.stream)
  const before = rows.get(availabilityTable, [sku])?.levels ?? {}
  const { onHandAfter, heldAfter, committedAfter } = event.data
  const safety = event.type === 'SafetyStockSet' ? event.data.quantity : (before[location]?.safety ?? 0)
  // Every stock event carries the levels after it, so all types are handled the same way.
  const levels = { ...before, [location]: { free: onHandAfter - heldAfter - committedAfter, safety } }
  const available = Object.values(levels).reduce((sum, level) => sum + availableAt(level), 0)
  return [put(availabilityTable, { sku, levels, available })]
}

const productKey = ({ stream, type }: Recorded): readonly RowKey[] =>
  type === 'ProductListed' ? [] : [rowKey(productTable, streamKeyOf(stream))]

export const catalogueProjection: Projection = {
  name: 'catalogue',
  tables: [productTable, availabilityTable, textTable, priceTable],
  on: {
    product: { keysOf: productKey, apply: applyProduct },
    stock: { keysOf: ({ stream }) => [rowKey(availabilityTable, stockKeyOf(stream).sku)], apply: applyStock },
  },
}
