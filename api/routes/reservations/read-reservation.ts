import { z } from 'zod'
import { idSchema } from '#domain/values/ids.ts'
import { type Instant, instantText } from '#domain/values/instant.ts'
import { instantField, reservationParams } from '../../contract/fields.ts'
import { refuse } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

const holdStatuses = ['held', 'committed', 'shipped', 'released', 'expired', 'voided', 'cancelled'] as const

const reservationSchema = z
  .object({
    reservationId: idSchema,
    holds: z.array(
      z.object({
        line: z.int(),
        sku: z.string(),
        location: z.string(),
        quantity: z.int(),
        status: z.enum(holdStatuses),
        expiresAt: instantField.optional(),
      }),
    ),
  })
  .meta({ id: 'Reservation' })

type HoldView = {
  readonly line: number
  readonly sku: string
  readonly location: string
  readonly quantity: number
  readonly status: (typeof holdStatuses)[number]
  readonly expiresAt: Instant | null
}

export type ReadReservationDependencies = {
  /** Every hold of the reservation, ended ones included, as the read model has it. Empty if it knows none. */
  readonly holdsOfReservation: (reservationId: string) => Promise<readonly HoldView[]>
}

export const readReservationRoute = ({ holdsOfReservation }: ReadReservationDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations/{reservationId}',
    name: 'readReservation',
    tag: 'Reservations',
    summary: 'Read the state of a reservation',
    access: 'shopper',
    reads: 'holds',
    params: reservationParams,
    responses: { 200: { description: 'The hold of each line.', body: reservationSchema } },
    refusals: ['reservation_not_found'],
    handle: async ({ params: { reservationId } }) => {
      const holds = await holdsOfReservation(reservationId)
      if (holds.length === 0) return refuse('reservation_not_found', `No holds of ${reservationId} are known.`)
      const shown = holds.map(({ line, sku, location, quantity, status, expiresAt }) => ({
        line,
        sku,
        location,
        quantity,
        status,
        expiresAt: expiresAt === null ? undefined : instantText(expiresAt),
      }))
      return { status: 200, body: { reservationId, holds: shown } }
    },
  })
