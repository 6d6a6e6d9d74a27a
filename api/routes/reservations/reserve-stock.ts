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
            description: 'Minor units. Where given and not the price of this moment, 409 price_changed.',
          }),
        }),
      )
      .min(1)
      .max(orderLinesMax),
    ttlSeconds: z.int().min(1).max(holdSecondsMax).default(holdSecondsDefault),
  })
  .meta({ id: 'ReserveRequest' })

export const reservedSchema = z
  .object({
    reservationId: idSchema,
    reservationToken: z.string().meta({ description: 'Send it to place or to release; opaque.' }),
    lines: z.array(
      z.object({ sku: z.string(), quantity: quantityField, location: z.string(), unitPrice: amountField }),
    ),
    total: amountField,
    currency: currencyField,
    expiresAt: instantField,
    position: positionField,
  })
  .meta({ id: 'Reserved' })

export type ReserveStockRequest = Readonly<{
  lines: ReadonlyArray<Readonly<{ sku: string; quantity: number; location?: string; expectedUnitPrice?: number }>>
  ttlSeconds: number
}>

/** `lines` come in the order of the command, numbered from 0; `total` in minor units. */
export type ReservedView = Reservation & { readonly total: number; readonly position: bigint }

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
  /** `out_of_stock` names its lines in `members.lines`: each line's sku, location, quantity and what is available. */
  readonly reserveStock: UseCase<ReserveStockRequest, ReservedView | ReservationRefusal>
  readonly reservationTokens: ReservationTokens
}

export const reserveStockRoute = ({ reserveStock, reservationTokens }: ReserveStockDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations',
    name: 'reserveStock',
    tag: 'Reservations',
    summary: 'Hold stock for a while, all lines or none',
    description:
      'Without a location each line is taken whole from the first configured location that has it. The token carries ' +
      'lines and prices to the order. Holds that become no order end by themselves.',
    access: 'shopper',
    body: reserveRequest,
    responses: { 201: { description: 'Held until `expiresAt`.', body: reservedSchema } },
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
