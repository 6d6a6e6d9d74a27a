import { assert, unreachable } from '#domain/assert.ts'
import type { RecordedEvent } from '#domain/events.ts'
import type { StockEvent } from '#domain/stock/events.ts'
import { stockKeyOf } from '#domain/streams.ts'
import type { Projection, RowKey, Rows, RowWrite } from '../ports.ts'
import { put, rowKey } from '../rows.ts'
import { type HoldRow, holdTable } from './table.ts'

type Recorded = RecordedEvent<StockEvent>
type HoldName = { readonly reservationId: string; readonly line: number }

const keyOf = (stream: string, { reservationId, line }: HoldName): RowKey => {
  const { sku, location } = stockKeyOf(stream)
  return rowKey(holdTable, reservationId, line, sku, location)
}

/** The rows of the holds that an event changes. StockReserved reads none: it starts its row anew. */
const keysOf = (event: Recorded): readonly RowKey[] => {
  switch (event.type) {
    case 'StockReserved':
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockCounted':
    case 'SafetyStockSet':
    case 'ReservationsRefused':
      return []
    case 'StockShortfallFound':
      return event.data.reservations.map((name) => keyOf(event.stream, name))
    case 'ReservationExtended':
    case 'ReservationCommitted':
    case 'ReservationReleased':
    case 'ReservationExpired':
    case 'ReservationVoided':
    case 'ReservationReinstated':
    case 'CommitmentCancelled':
    case 'StockShipped':
    case 'StockReturned':
      return [keyOf(event.stream, event.data)]
    default:
      return unreachable(event)
  }
}

const reserved = (
  event: Recorded,
  data: HoldName & { readonly quantity: number },
  expiresAt: number | null,
): HoldRow => ({
  ...stockKeyOf(event.stream),
  reservation_id: data.reservationId,
  line: data.line,
  quantity: data.quantity,
  status: 'held',
  first_expires_at: expiresAt,
  expires_at: expiresAt,
  shipped: 0,
  returned: 0,
  shortfall_at: null,
  updated_at: event.data.at,
})

const applyStock = (event: Recorded, rows: Rows): readonly RowWrite[] => {
  const known = (name: HoldName): HoldRow => {
    const hold = rows.get(holdTable, keyOf(event.stream, name).key)
    assert(hold !== undefined, `${event.type} of an unknown hold: ${name.reservationId}/${name.line}`)
    return { ...hold, updated_at: event.data.at }
  }
  const change = (name: HoldName, changes: Partial<HoldRow>): readonly RowWrite[] => [
    put(holdTable, { ...known(name), ...changes }),
  ]
  switch (event.type) {
    case 'StockReserved':
      return [put(holdTable, reserved(event, event.data, event.data.expiresAt))]
    case 'ReservationExtended':
      return change(event.data, { expires_at: event.data.expiresAt })
    case 'ReservationReinstated':
      return change(event.data, { status: 'held', expires_at: event.data.expiresAt })
    case 'ReservationCommitted':
      return change(event.data, { status: 'committed' })
    case 'ReservationReleased':
      return change(event.data, { status: 'released' })
    case 'ReservationExpired':
      return change(event.data, { status: 'expired' })
    case 'ReservationVoided':
      if (event.data.reason === 'shortfall') return change(event.data, { status: 'voided' })
      // The stream forgets a hold some time after its end, and then a release leaves a tombstone. The known end is kept here.
      if (rows.get(holdTable, keyOf(event.stream, event.data).key)) return []
      return [put(holdTable, { ...reserved(event, event.data, null), status: 'voided' })]
    case 'CommitmentCancelled':
      return change(event.data, { status: 'cancelled', shortfall_at: null })
    case 'StockShipped': {
      const shipped = event.data.shippedAfter
      const whole = shipped === known(event.data).quantity
      return change(event.data, whole ? { shipped, status: 'shipped', shortfall_at: null } : { shipped })
    }
    case 'StockReturned':
      return change(event.data, { returned: event.data.returnedAfter })
    case 'StockShortfallFound':
      return event.data.reservations.flatMap((name) => change(name, { shortfall_at: event.data.at }))
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockCounted':
    case 'SafetyStockSet':
    case 'ReservationsRefused':
      return []
    default:
      return unreachable(event)
  }
}

export const holdsProjection: Projection = {
  name: 'holds',
  tables: [holdTable],
  on: { stock: { keysOf, apply: applyStock } },
}
