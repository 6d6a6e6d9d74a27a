import { z } from 'zod'
import { idSchema } from '#domain/values/ids.ts'
import { type Instant, instantText } from '#domain/values/instant.ts'
import { countrySchema } from '#domain/values/money.ts'
import { orderNumberOf } from '#domain/values/order-number.ts'
import { noAnswerCodes, type UseCase } from '../../command-route.ts'
import { amountField, currencyField, instantField, positionField, positionText } from '../../contract/fields.ts'
import {
  type OrderCommandRefusal,
  type OrderStatus,
  orderStatusField,
  type PaymentView,
  paymentSchema,
  personFields,
} from '../../contract/order.ts'
import { paymentMethodField } from '../../contract/payment.ts'
import { openReservation, reservationTokenField } from '../../contract/reservation.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'
import type { OrderTokens } from '../../tokens/order-token.ts'
import type { Reservation, ReservationTokens } from '../../tokens/reservation-token.ts'

const customerSchema = z.strictObject({ email: personFields.email, name: personFields.name.optional() })
const shippingAddressSchema = z.strictObject({
  name: personFields.name,
  line1: personFields.line,
  line2: personFields.line.optional(),
  city: personFields.line,
  postalCode: personFields.postalCode,
  country: z.string().max(8).trim().toUpperCase().pipe(countrySchema).meta({ description: 'ISO 3166-1 alpha-2.' }),
})

const placeRequest = z
  .strictObject({
    reservationToken: reservationTokenField,
    customer: customerSchema,
    shippingAddress: shippingAddressSchema,
    paymentMethod: paymentMethodField.optional().meta({ description: 'If given, the order is paid at once.' }),
    confirm: z.enum(['automatic', 'manual']).default('automatic').meta({
      description:
        '`automatic`: the payment is captured as soon as it is authorized. `manual`: it is captured by the confirm request.',
    }),
  })
  .meta({ id: 'PlaceRequest' })

const placedSchema = z
  .object({
    orderId: idSchema,
    orderNumber: z.string().meta({ description: 'The order number for people, in the form 4-4-4.' }),
    orderToken: z.string().meta({ description: 'Send it as the Order-Token header with requests for this order.' }),
    status: orderStatusField,
    total: amountField,
    currency: currencyField,
    expiresAt: instantField.meta({ description: 'Until when the order can be paid.' }),
    payment: paymentSchema.optional(),
    position: positionField,
  })
  .meta({ id: 'Placed' })

type PlaceOrderRequest = Readonly<Omit<z.output<typeof placeRequest>, 'reservationToken' | 'customer'>> & {
  readonly reservation: Reservation
  readonly customer: Readonly<z.output<typeof customerSchema>>
}

/** `payment` is set if a payment method was given, also if the payment was declined: the order can be paid again. */
type PlacedOrderView = {
  readonly orderId: string
  readonly status: OrderStatus
  readonly total: number
  readonly currency: string
  readonly expiresAt: Instant
  readonly payment: PaymentView | undefined
  readonly position: bigint
}

export type PlaceOrderDependencies = {
  readonly placeOrder: UseCase<PlaceOrderRequest, PlacedOrderView | OrderCommandRefusal>
  readonly reservationTokens: ReservationTokens
  readonly orderTokens: OrderTokens
}

export const placeOrderRoute = ({ placeOrder, reservationTokens, orderTokens }: PlaceOrderDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders',
    name: 'placeOrder',
    tag: 'Orders',
    summary: 'Make an order from a reservation',
    description:
      'A reservation becomes exactly one order; the same request again gets the same answer. With a payment method the ' +
      'order is paid at once. If that payment is declined, the answer is still 201 and the order can be paid again.',
    access: 'shopper',
    body: placeRequest,
    responses: { 201: { description: 'The order, and the token that requests for it need.', body: placedSchema } },
    refusals: [
      'expired',
      'already_placed',
      'invalid_reservation_token',
      'total_too_large',
      'payment_method_unavailable',
      ...noAnswerCodes,
    ],
    handle: async ({ body: { reservationToken, ...request }, origin }) => {
      const reservation = openReservation(reservationTokens, reservationToken)
      if (isRefusal(reservation)) return reservation
      const placed = await placeOrder({ ...request, reservation }, origin)
      if (isRefusal(placed)) return placed
      const { orderId, expiresAt, position, ...order } = placed
      return {
        status: 201,
        body: {
          orderId,
          orderNumber: orderNumberOf(orderId),
          orderToken: orderTokens.sign(orderId),
          ...order,
          expiresAt: instantText(expiresAt),
          position: positionText(position),
        },
        isPending: order.payment?.status === 'pending',
      }
    },
  })
