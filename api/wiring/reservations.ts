import type { OrderWriter } from '#commands/order-stream.ts'
import { releaseReservation } from '#commands/release-reservation.ts'
import { type ReservePorts, type ReserveStockRefusal, reserveStock } from '#commands/reserve-stock.ts'
import { unreachable } from '#domain/assert.ts'
import { holdsOfReservation } from '#projections/holds/queries.ts'
import type { ReadDatabase } from '#projections/tables.ts'
import { refuse } from '../problems.ts'
import type { ReadReservationDependencies } from '../routes/reservations/read-reservation.ts'
import type { ReleaseReservationDependencies } from '../routes/reservations/release-reservation.ts'
import type { ReservationRefusal, ReserveStockDependencies } from '../routes/reservations/reserve-stock.ts'

const refusalOf = (refusal: ReserveStockRefusal): ReservationRefusal => {
  switch (refusal.code) {
    case 'unknown_sku':
      return refuse('unknown_sku', `The sku ${refusal.sku} is not listed.`, { sku: refusal.sku })
    case 'product_discontinued':
      return refuse('product_discontinued', `${refusal.sku} is no longer sold.`, { sku: refusal.sku })
    case 'unknown_location':
      return refuse('unknown_location', `${refusal.location} is not a location of this platform.`)
    case 'price_changed': {
      const { sku, unitPrice, currency } = refusal
      const detail = `${sku} costs ${unitPrice} now, in minor units of ${currency}.`
      return refuse('price_changed', detail, { sku, unitPrice, currency })
    }
    case 'mixed_currency':
      return refuse('mixed_currency', 'The prices of the lines have different currencies: reserve them separately.')
    case 'out_of_stock': {
      const wanting = refusal.lines.map(({ sku, available }) => `${sku} (${available} available)`)
      return refuse('out_of_stock', `Not enough stock: ${wanting.join(', ')}.`, { lines: refusal.lines })
    }
    case 'reservation_closed':
      return refuse(
        'reservation_closed',
        'This reservation was made and has ended: reserve again with a new Idempotency-Key.',
      )
    case 'reservation_conflict':
      return refuse('terms_differ', 'This Idempotency-Key already reserved something else: send a new key.')
    default:
      return unreachable(refusal)
  }
}

type Reservations = Omit<
  ReserveStockDependencies & ReleaseReservationDependencies & ReadReservationDependencies,
  'reservationTokens'
>

export const wireReservations = (
  ports: ReservePorts & { readonly orders: OrderWriter },
  db: ReadDatabase,
): Reservations => ({
  reserveStock: async (command, origin) => {
    const reserved = await reserveStock(command, origin, ports)
    if ('code' in reserved) return refusalOf(reserved)
    const { reservationId, lines, currency, expiresAt, position } = reserved
    const total = lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0)
    return { reservationId, lines, currency, expiresAt, position, total }
  },
  releaseReservation: async (reservation, origin) => {
    const released = await releaseReservation(reservation, origin, ports)
    if (!('code' in released)) return released
    return refuse('already_placed', 'The reservation has become an order: cancel the order instead.')
  },
  holdsOfReservation: async (reservationId) => {
    const holds = await holdsOfReservation(db, reservationId)
    return holds.map(({ line, sku, location, quantity, status, expires_at }) => ({
      line,
      sku,
      location,
      quantity,
      status,
      expiresAt: expires_at,
    }))
  },
})
