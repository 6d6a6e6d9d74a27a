import { z } from 'zod'
import { bodyBytesMax } from '../http/body.ts'
import { type Refusal, refuse } from '../problems.ts'
import type { Reservation, ReservationTokens } from '../tokens/reservation-token.ts'

export const reservationTokenField = z
  .string()
  .min(1)
  .max(bodyBytesMax)
  .meta({ description: 'The `reservationToken` that the reservation answered.' })

/** The reservation in a token. With `reservationId`, the token of another reservation is refused. */
export const openReservation = (
  tokens: ReservationTokens,
  token: string,
  reservationId?: string,
): Reservation | Refusal<'invalid_reservation_token'> => {
  const reservation = tokens.open(token)
  if (reservation !== undefined && (reservationId ?? reservation.reservationId) === reservation.reservationId)
    return reservation
  return refuse('invalid_reservation_token', 'The reservationToken was not issued for this reservation.')
}
