import { z } from 'zod'
import { cancelReasons } from '#domain/order/events.ts'
import { idSchema } from '#domain/values/ids.ts'
import { type Instant, instantText } from '#domain/values/instant.ts'
import { orderNumberOf } from '#domain/values/order-number.ts'
import type { Refusal } from '../problems.ts'
import { amountField, currencyField, instantField, positionField, positionText, quantityField } from './fields.ts'

const orderStatuses = [
  'placed',
  'requires_action',
  'authorized',
  'confirmed',
  'shipped',
  'delivered',
  'returned',
  'expired',
  'cancelled',
] as const
export type OrderStatus = (typeof orderStatuses)[number]
export const orderStatusField = z.enum(orderStatuses)

const paymentStatuses = ['confirmed', 'authorized', 'requires_action', 'declined', 'pending'] as const

/** `pending`: the provider had not said the outcome in time. */
export const paymentSchema = z
  .object({
    status: z.enum(paymentStatuses),
    clientSecret: z.string().optional().meta({
      description:
        "The provider's secret with which the customer finishes the payment, if the status is `requires_action`.",
    }),
    declineCode: z.string().optional(),
  })
  .meta({ id: 'Payment' })
export type PaymentView = Readonly<z.infer<typeof paymentSchema>>

const shippingAddressText = z.string().trim().min(1).max(200)
export const personFields = {
  email: z.email().max(254),
  name: shippingAddressText,
  line: shippingAddressText,
  postalCode: z.string().trim().min(1).max(32),
}

/** The units of each line in a shipment or a return. */
const movedLines = z.array(z.object({ line: z.int(), sku: z.string(), quantity: quantityField }))

export const orderSchema = z
  .object({
    orderId: idSchema,
    orderNumber: z.string(),
    status: orderStatusField,
    needsAttention: z.boolean(),
    cancelReason: z.enum(cancelReasons).optional(),
    lines: z.array(
      z.object({
        line: z.int(),
        sku: z.string(),
        quantity: quantityField,
        location: z.string(),
        unitPrice: amountField,
        total: amountField,
      }),
    ),
    total: amountField,
    currency: currencyField,
    confirm: z.enum(['automatic', 'manual']),
    placedAt: instantField,
    expiresAt: instantField
      .optional()
      .meta({ description: 'Until when the order can be paid. Absent when it cannot be paid any more.' }),
    customer: z
      .object({ customerId: idSchema, email: z.string().optional(), name: z.string().optional() })
      .meta({ description: 'Without email and name after the personal data were erased.' }),
    shippingAddress: z
      .object({
        name: z.string().optional(),
        line1: z.string().optional(),
        line2: z.string().optional(),
        city: z.string().optional(),
        postalCode: z.string().optional(),
        country: z.string(),
      })
      .meta({ description: 'Only the country after the personal data were erased.' }),
    payment: z.object({
      status: z.enum([
        'none',
        'pending',
        'requires_action',
        'declined',
        'authorized',
        'captured',
        'voided',
        'refunded',
        'partially_refunded',
      ]),
      captured: amountField,
      refunded: amountField,
      declineCode: z.string().optional(),
      payBy: instantField.optional().meta({ description: 'Until when the customer has to pay an open invoice.' }),
    }),
    shipments: z.array(
      z.object({
        shipmentId: idSchema,
        at: instantField,
        carrier: z.string().optional(),
        trackingNumber: z.string().optional(),
        lines: movedLines,
      }),
    ),
    returns: z.array(
      z.object({ returnId: idSchema, at: instantField, restock: z.boolean(), reason: z.string(), lines: movedLines }),
    ),
  })
  .meta({ id: 'Order' })

type HttpOrder = Readonly<z.infer<typeof orderSchema>>

type Moved = ReadonlyArray<{ readonly line: number; readonly quantity: number }>

/** An order as a query returns it: instants in milliseconds, absent fields instead of empty ones. */
export type OrderView = Readonly<
  Pick<
    HttpOrder,
    'orderId' | 'status' | 'needsAttention' | 'cancelReason' | 'currency' | 'confirm' | 'customer' | 'shippingAddress'
  > & {
    payment: Readonly<Omit<HttpOrder['payment'], 'payBy'>> & { readonly payBy?: Instant }
    lines: ReadonlyArray<Omit<HttpOrder['lines'][number], 'total'>>
    placedAt: Instant
    expiresAt: Instant | undefined
    shipments: ReadonlyArray<{
      readonly shipmentId: string
      readonly at: Instant
      readonly carrier: string | null
      readonly trackingNumber: string | null
      readonly lines: Moved
    }>
    returns: ReadonlyArray<{
      readonly returnId: string
      readonly at: Instant
      readonly restock: boolean
      readonly reason: string
      readonly lines: Moved
    }>
  }
>

const presentPayment = ({ payBy, ...payment }: OrderView['payment']): HttpOrder['payment'] =>
  payBy === undefined ? payment : { ...payment, payBy: instantText(payBy) }

export const presentOrder = (view: OrderView): HttpOrder => {
  const lines = view.lines.map((line) => ({ ...line, total: line.unitPrice * line.quantity }))
  const skuOf = new Map(lines.map(({ line, sku }) => [line, sku]))
  const moved = (given: Moved) => given.map(({ line, quantity }) => ({ line, sku: skuOf.get(line) ?? '', quantity }))
  return {
    ...view,
    payment: presentPayment(view.payment),
    orderNumber: orderNumberOf(view.orderId),
    lines,
    total: lines.reduce((sum, line) => sum + line.total, 0),
    placedAt: instantText(view.placedAt),
    expiresAt: view.expiresAt === undefined ? undefined : instantText(view.expiresAt),
    shipments: view.shipments.map((shipment) => ({
      shipmentId: shipment.shipmentId,
      at: instantText(shipment.at),
      carrier: shipment.carrier ?? undefined,
      trackingNumber: shipment.trackingNumber ?? undefined,
      lines: moved(shipment.lines),
    })),
    returns: view.returns.map(({ returnId, at, restock, reason, lines: back }) => ({
      returnId,
      at: instantText(at),
      restock,
      reason,
      lines: moved(back),
    })),
  }
}

/** What most commands on an order answer. */
export const orderChangedSchema = z
  .object({ status: orderStatusField, position: positionField })
  .meta({ id: 'OrderChanged' })
export type OrderChangeView = { readonly status: OrderStatus; readonly position: bigint }

export const presentOrderChanged = ({ status, position }: OrderChangeView): z.infer<typeof orderChangedSchema> => ({
  status,
  position: positionText(position),
})

/** Why a command on an order is refused. */
export type OrderCommandRefusal = Refusal<
  | 'order_not_found'
  | 'already_placed'
  | 'expired'
  | 'total_too_large'
  | 'payment_in_progress'
  | 'already_paid'
  | 'stock_lost'
  | 'attempts_exhausted'
  | 'already_shipped'
  | 'wrong_state'
  | 'exceeds_order'
  | 'exceeds_payment'
  | 'payment_method_unavailable'
>
