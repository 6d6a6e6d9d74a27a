import { orderIdOf } from '#domain/values/ids.ts'
import { type PlaceRequest, placeOrder } from '../place-order.ts'
import { origin, type Process } from './memory-platform.ts'
import type { OrderWorld } from './paying.ts'
import { type Action, givenIn } from './scenario.ts'
import { openShop, placing, reserved } from './shop.ts'

// Given / when / then about a reservation of two cups and a lamp, from which an order is placed.

/** Its order id is that of the order that the reservation becomes. */
export type ReservationWorld = OrderWorld & { readonly reservation: PlaceRequest['reservation'] }

/** A reservation without an order, after these steps. */
export const givenReservation = givenIn(async (): Promise<ReservationWorld> => {
  const shop = await openShop()
  const reservation = await reserved(shop.ports)
  return { shop, reservation, orderId: orderIdOf(reservation.reservationId), callsBefore: 0 }
})

type Placed = Awaited<ReturnType<typeof placeOrder>>
type Placing = Partial<PlaceRequest>

const placesIn =
  (processOf: (world: ReservationWorld) => Process, change: Placing): Action<ReservationWorld, Placed> =>
  (world) =>
    placeOrder(placing(world.reservation, change), origin('place'), processOf(world))

/** Places the order of the reservation in the process that reserved it. All of these requests have one key. */
export const places = (change: Placing = {}) => placesIn(({ shop }) => shop.ports, change)

/** Places it in another process, with the same key. */
export const placesElsewhere = (change: Placing = {}) => placesIn(({ shop }) => shop.boot(), change)
