import { z } from 'zod'
import { causeSchema, type EventOf, eventFields, levelFields, lineNumberSchema, reasonSchema } from '../event-fields.ts'
import { idSchema } from '../values/ids.ts'
import { instantSchema } from '../values/instant.ts'
import { levelSchema, quantityMax, quantitySchema } from '../values/quantity.ts'

const stockFields = { ...eventFields, ...levelFields }

/** A hold is named by its reservation and line; the stream adds the sku and location. */
const holdFields = { reservationId: idSchema, line: lineNumberSchema }

/** Every event that follows a hold also tells the order event that caused it, and how many units it moved. */
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
  /** `quantity` is what was counted, and `difference` what that changed on hand. */
  StockCounted: z.strictObject({
    ...stockFields,
    quantity: levelSchema,
    difference: z.int(),
    reason: reasonSchema,
  }),
  SafetyStockSet: z.strictObject({ ...stockFields, quantity: levelSchema }),

  StockReserved: z.strictObject({ ...stockFields, ...holdFields, quantity: quantitySchema, expiresAt: instantSchema }),
  /** All refusals of one write in one event; levels do not move. `final` is false when another location is tried next. */
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
  /** A tombstone where no hold was known (quantity 0), or a hold that a shortfall took away. */
  ReservationVoided: z.strictObject({
    ...stockFields,
    ...holdFields,
    quantity: levelSchema,
    reason: z.enum(['released_before_reserved', 'shortfall']),
    cause: causeSchema,
  }),
  /** An expired hold comes back because its order is paid and the units are still free; a commit follows in the same append. */
  ReservationReinstated: z.strictObject({ ...holdStep, expiresAt: instantSchema }),

  CommitmentCancelled: z.strictObject(holdStep),
  /** `shippedAfter` is the total shipped of the commitment so far. */
  StockShipped: z.strictObject({ ...holdStep, shippedAfter: quantitySchema }),
  /** `returnedAfter` is the total returned of the line so far; units that are not restocked are written off. */
  StockReturned: z.strictObject({ ...holdStep, returnedAfter: quantitySchema, restocked: z.boolean() }),
  /** Promised units exceed what will be on hand by `quantity`; the reservations are the youngest commitments unserved. */
  StockShortfallFound: z.strictObject({
    ...stockFields,
    quantity: quantitySchema,
    reservations: z.array(z.strictObject(holdFields)).max(shortfallReservationsMax),
  }),
}

export type StockEvent = EventOf<typeof stockEventSchemas>
