import { totalOf } from '#domain/order/answers.ts'
import type { OrderLine } from '#domain/order/events.ts'
import type { OrderStatus } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { derivedId, orderIdOf } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import { orderNumberOf } from '#domain/values/order-number.ts'
import { contextOf, type Origin } from './context.ts'
import type { OrderRefused } from './order-answers.ts'
import { type OrderPaid, type PayPorts, payKnownOrder } from './pay-order.ts'
import type { Person, PersonVault } from './person-vault.ts'

export type PlaceRequest = {
  /** What the reservation token says: prices and holds were fixed when reserving. */
  readonly reservation: {
    readonly reservationId: string
    readonly currency: string
    readonly lines: readonly OrderLine[]
  }
  readonly person: Person
  readonly country: string
  readonly confirm: 'automatic' | 'manual'
  /** Pays at once where given. */
  readonly paymentMethod?: string | undefined
}

export type OrderPlaced = {
  readonly outcome: 'placed'
  readonly orderId: string
  readonly orderNumber: string
  readonly status: OrderStatus
  readonly total: number
  readonly currency: string
  readonly expiresAt: Instant
  readonly position: bigint
  /** What paying at once came to; a decline leaves the order placed and payable. */
  readonly payment: OrderPaid | OrderRefused | null
}

export type PlacePorts = PayPorts & { readonly vault: PersonVault }

/** Places the order of a reservation; asked again with the same content it answers the same, whatever the time. */
export const placeOrder = async (
  request: PlaceRequest,
  origin: Origin,
  ports: PlacePorts,
): Promise<OrderPlaced | OrderRefused> => {
  const { reservation, country, confirm, paymentMethod } = request
  const { reservationId, currency, lines } = reservation
  const orderId = orderIdOf(reservationId)
  const stream = orderStream(orderId)
  const sealed = await ports.vault.seal(request.person)
  const { customerId, person } = sealed
  const requestHash = sealed.hash({ reservationId, lines, person: request.person, country, confirm })
  const placed = { reservationId, customerId, person, country, currency, lines, confirm, requestHash }
  const commandId = derivedId('place', orderId, requestHash)
  const context = contextOf(origin, orderId)
  const submitted = await ports.orders.submit(stream, [{ type: 'PlaceOrder', commandId, ...placed }], context)
  const [result] = submitted.results
  if (result?.outcome === 'refused') return { code: result.refusal }

  const payment =
    paymentMethod === undefined
      ? null
      : await payKnownOrder(
          submitted,
          { orderId, paymentMethod },
          { ...origin, commandId: derivedId('pay', origin.commandId) },
          ports,
        )
  const { state, position } = payment?.order ?? submitted
  if (state.status === 'none') return { code: 'not_found' }
  const orderNumber = orderNumberOf(orderId)
  const { status, expiresAt } = state
  return {
    outcome: 'placed',
    orderId,
    orderNumber,
    status,
    total: totalOf(lines),
    currency,
    expiresAt,
    position,
    payment: payment?.answer ?? null,
  }
}
