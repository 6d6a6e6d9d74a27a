import { orderStream, stockStream } from '#domain/streams.ts'
import { derivedId, orderIdOf } from '#domain/values/ids.ts'
import { contextOf, type Origin } from './context.ts'
import type { OrderWriter } from './order-stream.ts'
import type { ReservedLine } from './reserve-stock.ts'
import type { StockWriter } from './stock-stream.ts'

export type ReleaseReservationAnswer = { readonly outcome: 'released'; readonly position: bigint }
export type ReleaseReservationRefusal = { readonly code: 'already_placed' }

type LineToRelease = Pick<ReservedLine, 'line' | 'sku' | 'location' | 'expiresAt'>

/** Releases every hold of a reservation, unless it became an order: an order has to be cancelled instead. */
export const releaseReservation = async (
  reservation: { readonly reservationId: string; readonly lines: readonly LineToRelease[] },
  origin: Origin,
  ports: { readonly orders: OrderWriter; readonly stock: StockWriter },
): Promise<ReleaseReservationAnswer | ReleaseReservationRefusal> => {
  const { reservationId, lines } = reservation
  const { state } = await ports.orders.read(orderStream(orderIdOf(reservationId)))
  if (state.status !== 'none') return { code: 'already_placed' }
  const submitted = await Promise.all(
    lines.map(({ line, sku, location, expiresAt }) => {
      const commandId = derivedId('release', reservationId, line, location)
      const command = {
        type: 'ReleaseHold',
        commandId,
        reservationId,
        line,
        firstExpiresAt: expiresAt,
        cause: null,
      } as const
      return ports.stock.submit(stockStream(sku, location), [command], contextOf(origin, reservationId))
    }),
  )
  // The order may have been placed in between. Its commit has found the hold, or ends with lost stock.
  if (submitted.some(({ results: [result] }) => result?.outcome === 'refused')) return { code: 'already_placed' }
  const position = submitted.reduce((latest, answer) => (answer.position > latest ? answer.position : latest), 0n)
  return { outcome: 'released', position }
}
