// What Holdfast appends for an order that is reserved, then placed and paid in one call, append by append: the same streams,
// types and fields, but nothing is read or decided.
import { randomUUID } from 'node:crypto'
import { type JSONEventData, jsonEvent } from '@eventstore/db-client'
import { orderStream, stockStream } from '#domain/streams.ts'
import { currency, holdSeconds, location, paymentMethod, unitPrice } from '../../load/sale-terms.ts'

export type Append = { readonly stream: string; readonly events: readonly JSONEventData[] }

export type BareOrder = { readonly orderId: string; readonly reservationId: string; readonly sku: string }

type EventFields = Readonly<Record<string, unknown>>

const expiry = (): number => Date.now() + holdSeconds * 1_000

/** As long as the usual encrypted name, email and address. */
const person = Buffer.alloc(220, 'sealed').toString('base64url')

const eventsOf = (correlationId: string, events: Readonly<Record<string, EventFields>>): readonly JSONEventData[] => {
  const commandId = randomUUID()
  const metadata = { $correlationId: correlationId, $causationId: commandId, actor: 'bench' }
  const common = { at: Date.now(), commandId }
  return Object.entries(events).map(([type, data]) =>
    jsonEvent({ type: `${type}.v1`, data: { ...common, ...data }, metadata }),
  )
}

const levels = { onHandAfter: 100_000, heldAfter: 12, committedAfter: 12_345 }

const paymentOf = (providerObjectId: string) => ({
  attempt: 1,
  provider: 'stripe',
  providerObjectId,
  amount: unitPrice,
})

export const held = ({ reservationId, sku }: Omit<BareOrder, 'orderId'>): Append => ({
  stream: stockStream(sku, location),
  events: eventsOf(reservationId, {
    StockReserved: { reservationId, line: 0, quantity: 1, expiresAt: expiry(), ...levels },
  }),
})

export const committed = ({ orderId, reservationId, sku }: BareOrder): Append => ({
  stream: stockStream(sku, location),
  events: eventsOf(reservationId, {
    ReservationCommitted: { reservationId, line: 0, quantity: 1, cause: { orderId, revision: 3 }, ...levels },
  }),
})

const ofOrder = ({ orderId }: BareOrder, events: Readonly<Record<string, EventFields>>): Append => ({
  stream: orderStream(orderId),
  events: eventsOf(orderId, events),
})

export const placed = (order: BareOrder): Append => {
  const expiresAt = expiry()
  const { reservationId, sku } = order
  const line = { line: 0, sku, quantity: 1, location, unitPrice, priceRevision: 0, expiresAt }
  const terms = { country: 'GB', currency, confirm: 'automatic', requestHash: reservationId }
  return ofOrder(order, {
    OrderPlaced: { reservationId, customerId: order.orderId, person, ...terms, lines: [line] },
    PaymentRequested: { attempt: 1, amount: unitPrice, currency, paymentMethod, expiresAt, provider: 'stripe' },
  })
}

export const intentCreated = (order: BareOrder, intent: string): Append =>
  ofOrder(order, { PaymentIntentCreated: paymentOf(intent) })

export const authorized = (order: BareOrder, intent: string): Append =>
  ofOrder(order, {
    PaymentAuthorized: { ...paymentOf(intent), authorizedUntil: expiry(), confirmBy: null },
  })

export const stockCommitted = (order: BareOrder): Append => ofOrder(order, { OrderStockCommitted: {} })

export const captured = (order: BareOrder, intent: string): Append =>
  ofOrder(order, { PaymentCaptured: paymentOf(intent), OrderConfirmed: {} })
