import { z } from 'zod'
import { idSchema } from '#domain/values/ids.ts'
import { noAnswerCodes, type UseCase } from '../../command-route.ts'
import { positionField, positionText, reservationParams } from '../../contract/fields.ts'
import { openReservation, reservationTokenField } from '../../contract/reservation.ts'
import { isRefusal, type Refusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'
import type { Reservation, ReservationTokens } from '../../tokens/reservation-token.ts'

type ReleaseRefusal = Refusal<'already_placed'>

/** The content of the reservation token. */
type ReleaseReservationRequest = Reservation
export type ReleaseReservationDependencies = {
  readonly releaseReservation: UseCase<ReleaseReservationRequest, { readonly position: bigint } | ReleaseRefusal>
  readonly reservationTokens: ReservationTokens
}

export const releaseReservationRoute = (dependencies: ReleaseReservationDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{reservationId}/release',
    name: 'releaseReservation',
    tag: 'Reservations',
    summary: 'Release a reservation before it expires',
    access: 'shopper',
    params: reservationParams,
    body: z.strictObject({ reservationToken: reservationTokenField }).meta({ id: 'ReleaseRequest' }),
    responses: {
      200: {
        description: 'The reservation holds no stock any more. The answer is the same if it held none.',
        body: z.object({ reservationId: idSchema, position: positionField }).meta({ id: 'Released' }),
      },
    },
    refusals: ['already_placed', 'invalid_reservation_token', ...noAnswerCodes],
    handle: async ({ params: { reservationId }, body, origin }) => {
      const reservation = openReservation(dependencies.reservationTokens, body.reservationToken, reservationId)
      if (isRefusal(reservation)) return reservation
      const released = await dependencies.releaseReservation(reservation, origin)
      if (isRefusal(released)) return released
      return { status: 200, body: { reservationId, position: positionText(released.position) } }
    },
  })
