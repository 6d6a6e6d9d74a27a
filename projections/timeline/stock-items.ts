import { unreachable } from '#domain/assert.ts'
import type { RecordedEvent } from '#domain/events.ts'
import type { StockEvent } from '#domain/stock/events.ts'
import { stockKeyOf } from '#domain/streams.ts'
import { instantText } from '#domain/values/instant.ts'
import { type RefusedReservation, visibleData, visibleRefusal } from './visible-fields.ts'

/** What a stock event means for one reservation. */
export type StockItem = {
  readonly reservationId: string
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}

type Recorded = RecordedEvent<StockEvent>

const refusalText = ({ quantity, available, final }: RefusedReservation, place: string): string =>
  `${quantity} of ${place} refused, ${available} available${final ? '' : '; another location is tried'}`

const refusedItems = (refusals: readonly RefusedReservation[], place: string): readonly StockItem[] =>
  [...Map.groupBy(refusals, ({ reservationId }) => reservationId)].map(([reservationId, own]) => ({
    reservationId,
    text: `${own.map((refusal) => refusalText(refusal, place)).join('; ')}.`,
    data: { refusals: own.map(visibleRefusal) },
  }))

/** One item for each reservation that a stock event names; none if it is about levels alone. */
type Voided = Extract<StockEvent, { readonly type: 'ReservationVoided' }>['data']

const voidedText = ({ reason, quantity }: Voided, place: string): string => {
  switch (reason) {
    case 'shortfall':
      return `Hold of ${quantity} of ${place} taken away: less was on hand than promised.`
    case 'released_before_reserved':
      return `Hold of ${place} closed before it was made.`
    case 'closed_after_expiry':
      return `Expired hold of ${place} closed: it cannot come back.`
    default:
      return unreachable(reason)
  }
}

export const stockItems = (event: Recorded): readonly StockItem[] => {
  const { sku, location } = stockKeyOf(event.stream)
  const place = `${sku} at ${location}`
  const one = ({ reservationId }: { readonly reservationId: string }, text: string): readonly StockItem[] => [
    { reservationId, text, data: { sku, location, reservationId, ...visibleData(event) } },
  ]
  switch (event.type) {
    case 'StockReserved':
      return one(event.data, `Held ${event.data.quantity} of ${place} until ${instantText(event.data.expiresAt)}.`)
    case 'ReservationsRefused':
      return refusedItems(event.data.refusals, place)
    case 'ReservationExtended':
      return one(
        event.data,
        `Hold of ${event.data.quantity} of ${place} extended until ${instantText(event.data.expiresAt)}.`,
      )
    case 'ReservationCommitted':
      return one(event.data, `Committed ${event.data.quantity} of ${place}.`)
    case 'ReservationReleased':
      return one(event.data, `Released ${event.data.quantity} of ${place}.`)
    case 'ReservationExpired':
      return one(event.data, `Hold of ${event.data.quantity} of ${place} expired.`)
    case 'ReservationVoided':
      return one(event.data, voidedText(event.data, place))
    case 'ReservationReinstated':
      return one(event.data, `Expired hold of ${event.data.quantity} of ${place} brought back.`)
    case 'CommitmentCancelled':
      return one(event.data, `Commitment of ${event.data.quantity} of ${place} cancelled.`)
    case 'StockShipped':
      return one(event.data, `Shipped ${event.data.quantity} of ${place}.`)
    case 'StockReturned':
      return one(
        event.data,
        `Returned ${event.data.quantity} of ${place}${event.data.restocked ? ' to stock' : ', written off'}.`,
      )
    case 'StockShortfallFound':
      return [...new Set(event.data.reservations.map(({ reservationId }) => reservationId))].flatMap((reservationId) =>
        one({ reservationId }, `Promised stock of ${place} is missing: short by ${event.data.quantity}.`),
      )
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockCounted':
    case 'SafetyStockSet':
      return []
    default:
      return unreachable(event)
  }
}
