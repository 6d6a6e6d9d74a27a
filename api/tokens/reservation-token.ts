import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { type OrderLine, orderLineSchema, orderLinesMax } from '#domain/order/events.ts'
import { idSchema } from '#domain/values/ids.ts'
import { type Instant, instantSchema } from '#domain/values/instant.ts'
import { currencySchema } from '#domain/values/money.ts'
import { createJws } from './jws.ts'

/** Everything that placing an order needs: what is held, where, at which price, and until when. */
export type Reservation = {
  readonly reservationId: string
  readonly currency: string
  /** The earliest expiry of its lines. */
  readonly expiresAt: Instant
  readonly lines: readonly OrderLine[]
}

export type ReservationTokens = {
  readonly sign: (reservation: Reservation) => string
  /** The reservation in a token. Undefined if the token was not issued here. An expired reservation is returned too. */
  readonly open: (token: string) => Reservation | undefined
}

const { sku, quantity, location, unitPrice, priceRevision } = orderLineSchema.shape

// Lines are arrays and each location is named once, so that a token of a thousand lines fits into the body of a request.
const payloadSchema = z.strictObject({
  reservationId: idSchema,
  currency: currencySchema,
  expiresAt: instantSchema,
  locations: z.array(location).max(orderLinesMax),
  lines: z
    .array(z.tuple([sku, quantity, z.int().min(0), unitPrice, priceRevision, instantSchema]))
    .min(1)
    .max(orderLinesMax),
})

const payloadOf = ({ lines, ...reservation }: Reservation): z.infer<typeof payloadSchema> => {
  const locations = [...new Set(lines.map((line) => line.location))]
  const indexes = new Map(locations.map((name, index) => [name, index]))
  return {
    reservationId: reservation.reservationId,
    currency: reservation.currency,
    expiresAt: reservation.expiresAt,
    locations,
    lines: lines.map((line) => [
      line.sku,
      line.quantity,
      indexes.get(line.location) ?? 0,
      line.unitPrice,
      line.priceRevision,
      line.expiresAt - reservation.expiresAt,
    ]),
  }
}

const reservationOf = ({ locations, lines, ...reservation }: z.infer<typeof payloadSchema>): Reservation => ({
  ...reservation,
  lines: lines.map(([sku, quantity, location, unitPrice, priceRevision, expiresAfter], line) => ({
    line,
    sku,
    quantity,
    location: locations[location] ?? '',
    unitPrice,
    priceRevision,
    expiresAt: reservation.expiresAt + expiresAfter,
  })),
})

/** A line's number is its index in the token, so `lines` must be in the order of their numbers, from 0. */
export const createReservationTokens = (key: KeyObject): ReservationTokens => {
  const jws = createJws('reservation+jwt', key)
  return {
    sign: (reservation) => jws.sign(payloadOf(reservation)),
    open: (token) => {
      const payload = payloadSchema.safeParse(jws.open(token))
      return payload.success ? reservationOf(payload.data) : undefined
    },
  }
}
