import { z } from 'zod'
import { causeSchema, type EventOf, eventFields, levelFields, lineNumberSchema, reasonSchema } from '../event-fields.ts'
import { idSchema } from '../values/ids.ts'
import { instantSchema } from '../values/instant.ts'
import { levelSchema, quantityMax, quantitySchema } from '../values/quantity.ts'

const stockFields = { ...eventFields, ...levelFields }

/** A hold is identified by reservation and line; sku and location are in the stream's name. */
const holdFields = { reservationId: idSchema, line: lineNumberSchema }

/** Fields of every later event of a hold: how many units it moved, and the order event that caused it. */
const holdStep = { ...stockFields, ...holdFields, quantity: quantitySchema, cause: causeSchema }

/** A shortfall names at most this many reservations. */
export const shortfallReservationsMax = 1_000

export const stockEventSchemas = {
  StockReceived: z.strictObject({ ...stockFields, quantity: quantitySchema }),
  /** `quantity` is signed: found units are positive, written off units negative. */
  StockAdjusted: z.strictObject({
    ...stockFields,
    quantity: z.int().min(-quantityMax).max(quantityMax),
    reason: reasonSchema,
  }),
  /** `quantity` is what was counted, `difference` what that changed on hand. */
  StockCounted: z.strictObject({
    ...stockFields,
    quantity: levelSchema,
    difference: z.int(),
    reason: reasonSchema,
  }),
  SafetyStockSet: z.strictObject({ ...stockFields, quantity: levelSchema }),

  StockReserved: z.strictObject({ ...stockFields, ...holdFields, quantity: quantitySchema, expiresAt: instantSchema }),
  /** All refusals of one write in one event; levels do not change. `final` is false if another location is tried next. */
  ReservationsRefused: z.strictObject({
    ...stockFields,
    refusals: z
      .array(
        z.strictObject({
          ...holdFields,
          commandId: idSchema,
          quantity: quantitySchema,
          available: levelSchema,
          reason: z.enum(['out_of_stock']),
          final: z.boolean(),
        }),
      )
      .min(1)
      .max(500),
  }),
  ReservationExtended: z.strictObject({ ...holdStep, expiresAt: instantSchema }),
  ReservationCommitted: z.strictObject(holdStep),
  ReservationReleased: z.strictObject(holdStep),
  ReservationExpired: z.strictObject(holdStep),
  /** A hold that a shortfall took away, or a tombstone (quantity 0): over a hold that was not known, or that had expired. */
  ReservationVoided: z.strictObject({
    ...stockFields,
    ...holdFields,
    quantity: levelSchema,
    reason: z.enum(['released_before_reserved', 'closed_after_expiry', 'shortfall']),
    cause: causeSchema,
  }),
  /** An expired hold returns because its order is paid and its units are free. A commit follows in the same append. */
  ReservationReinstated: z.strictObject({ ...holdStep, expiresAt: instantSchema }),

  CommitmentCancelled: z.strictObject(holdStep),
  /** `shippedAfter` is the total of the commitment shipped so far. */
  StockShipped: z.strictObject({ ...holdStep, shippedAfter: quantitySchema }),
  /** `returnedAfter` is the total of the line returned so far. Units that are not restocked are written off. */
  StockReturned: z.strictObject({ ...holdStep, returnedAfter: quantitySchema, restocked: z.boolean() }),
  /** Promised units exceed those on hand by `quantity`. `reservations` are the youngest commitments that cannot be served. */
  StockShortfallFound: z.strictObject({
    ...stockFields,
    quantity: quantitySchema,
    reservations: z.array(z.strictObject(holdFields)).max(shortfallReservationsMax),
  }),
}

export type StockEvent = EventOf<typeof stockEventSchemas>
