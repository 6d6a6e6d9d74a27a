import { z } from 'zod'
import { holdSecondsDefault, holdSecondsMax } from '#commands/reserve-stock.ts'
import { orderLinesMax } from '#domain/order/events.ts'
import { idSchema } from '#domain/values/ids.ts'
import { instantText } from '#domain/values/instant.ts'
import { noAnswerCodes, type UseCase } from '../../command-route.ts'
import {
  amountField,
  currencyField,
  instantField,
  locationField,
  positionField,
  positionText,
  quantityField,
  skuField,
} from '../../contract/fields.ts'
import { isRefusal, type Refusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'
import type { Reservation, ReservationTokens } from '../../tokens/reservation-token.ts'

const reserveRequest = z
  .strictObject({
    lines: z
      .array(
        z.strictObject({
          sku: skuField,
          quantity: quantityField,
          location: locationField.optional(),
          expectedUnitPrice: amountField.optional().meta({
            description: 'In minor units. If this is not the current price, the answer is 409 `price_changed`.',
          }),
        }),
      )
      .min(1)
      .max(orderLinesMax),
    ttlSeconds: z
      .int()
      .min(1)
      .max(holdSecondsMax)
      .default(holdSecondsDefault)
      .meta({ description: 'How long the stock is held.' }),
  })
  .meta({ id: 'ReserveRequest' })

const reservedSchema = z
  .object({
    reservationId: idSchema,
    reservationToken: z
      .string()
      .meta({ description: 'Opaque. Send it to place an order or to release the reservation.' }),
    lines: z.array(
      z.object({ sku: z.string(), quantity: quantityField, location: z.string(), unitPrice: amountField }),
    ),
    total: amountField,
    currency: currencyField,
    expiresAt: instantField,
    position: positionField,
  })
  .meta({ id: 'Reserved' })

type ReserveStockRequest = Readonly<{
  lines: ReadonlyArray<Readonly<{ sku: string; quantity: number; location?: string; expectedUnitPrice?: number }>>
  ttlSeconds: number
}>

/** `lines` are in the order of the request, numbered from 0. `total` is in minor units. */
type ReservedView = Reservation & { readonly total: number; readonly position: bigint }

export type ReservationRefusal = Refusal<
  | 'out_of_stock'
  | 'price_changed'
  | 'product_discontinued'
  | 'mixed_currency'
  | 'unknown_sku'
  | 'unknown_location'
  | 'reservation_closed'
  | 'terms_differ'
>

export type ReserveStockDependencies = {
  /** `out_of_stock` has the lines that lack stock in `members.lines`: sku, location, quantity and available units of each. */
  readonly reserveStock: UseCase<ReserveStockRequest, ReservedView | ReservationRefusal>
  readonly reservationTokens: ReservationTokens
}

export const reserveStockRoute = ({ reserveStock, reservationTokens }: ReserveStockDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations',
    name: 'reserveStock',
    tag: 'Reservations',
    summary: 'Hold stock for a limited time, for all lines or none',
    description:
      'A line without a location is taken whole from the first configured location that has enough. The token carries the ' +
      'lines and their prices to the order. A reservation that does not become an order expires by itself.',
    access: 'shopper',
    body: reserveRequest,
    responses: { 201: { description: 'The stock is held until `expiresAt`.', body: reservedSchema } },
    refusals: [
      'out_of_stock',
      'price_changed',
      'product_discontinued',
      'reservation_closed',
      'terms_differ',
      'mixed_currency',
      'unknown_sku',
      'unknown_location',
      ...noAnswerCodes,
    ],
    handle: async ({ body, origin }) => {
      const reserved = await reserveStock(body, origin)
      if (isRefusal(reserved)) return reserved
      const { reservationId, lines, total, currency, expiresAt, position } = reserved
      return {
        status: 201,
        body: {
          reservationId,
          reservationToken: reservationTokens.sign({ reservationId, currency, expiresAt, lines }),
          lines: lines.map(({ sku, quantity, location, unitPrice }) => ({ sku, quantity, location, unitPrice })),
          total,
          currency,
          expiresAt: instantText(expiresAt),
          position: positionText(position),
        },
      }
    },
  })
