import type { RecordedEvent } from '#domain/events.ts'
import type { StockEvent } from '#domain/stock/events.ts'
import { availableOf } from '#domain/stock/state.ts'
import { stockKeyOf } from '#domain/streams.ts'
import type { Projection, Rows, RowWrite } from '../ports.ts'
import { put, rowKey } from '../rows.ts'
import { stockTable } from './table.ts'

/** Every stock event carries the levels after it. The safety stock is only in SafetyStockSet. */
const applyStock = (event: RecordedEvent<StockEvent>, rows: Rows): readonly RowWrite[] => {
  const { sku, location } = stockKeyOf(event.stream)
  const { onHandAfter, heldAfter, committedAfter, at } = event.data
  const promised = heldAfter + committedAfter
  const safety =
    event.type === 'SafetyStockSet' ? event.data.quantity : (rows.get(stockTable, [sku, location])?.safety ?? 0)
  return [
    put(stockTable, {
      sku,
      location,
      on_hand: onHandAfter,
      held: heldAfter,
      committed: committedAfter,
      safety,
      available: availableOf({ onHand: onHandAfter, held: heldAfter, committed: committedAfter, safety }),
      shortfall: Math.max(0, promised - onHandAfter),
      revision: event.revision,
      updated_at: at,
    }),
  ]
}

export const stockProjection: Projection = {
  name: 'stock',
  tables: [stockTable],
  on: {
    stock: {
      keysOf: ({ stream }) => {
        const { sku, location } = stockKeyOf(stream)
        return [rowKey(stockTable, sku, location)]
      },
      apply: applyStock,
    },
  },
}
