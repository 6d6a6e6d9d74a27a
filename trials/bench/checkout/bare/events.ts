// What ours appends for an order that reserves, places and pays in one, append by append: the same streams, types and
// fields, with nothing read or decided for them.
import { randomUUID } from 'node:crypto'
import { type JSONEventData, type JSONType, jsonEvent } from '@eventstore/db-client'
import { orderStream, stockStream } from '#domain/streams.ts'

export type Append = { readonly stream: string; readonly events: readonly JSONEventData[] }

export type BareOrder = { readonly orderId: string; readonly reservationId: string; readonly sku: string }

export const amount = 1_999
export const currency = 'EUR'
export const paymentMethod = 'pm_card_visa'

const holdMilliseconds = 900_000
/** A sealed name, email and address of a usual length. */
const person = Buffer.alloc(220, 'sealed').toString('base64url')

const eventsOf = (correlationId: string, events: Readonly<Record<string, JSONType>>): readonly JSONEventData[] => {
  const commandId = randomUUID()
  const metadata = { $correlationId: correlationId, $causationId: commandId, actor: 'bench' }
  const common = { at: Date.now(), commandId }
  return Object.entries(events).map(([type, data]) =>
    jsonEvent({ type: `${type}.v1`, data: { ...common, ...(data as object) }, metadata }),
  )
}

const levels = { onHandAfter: 100_000, heldAfter: 12, committedAfter: 12_345 }

const paymentOf = (providerObjectId: string) => ({ attempt: 1, provider: 'stripe', providerObjectId, amount })

export const held = ({ reservationId, sku }: Omit<BareOrder, 'orderId'>): Append => ({
  stream: stockStream(sku, 'MAIN'),
  events: eventsOf(reservationId, {
    StockReserved: { reservationId, line: 0, quantity: 1, expiresAt: Date.now() + holdMilliseconds, ...levels },
  }),
})

export const committed = ({ orderId, reservationId, sku }: BareOrder): Append => ({
  stream: stockStream(sku, 'MAIN'),
  events: eventsOf(reservationId, {
    ReservationCommitted: { reservationId, line: 0, quantity: 1, cause: { orderId, revision: 3 }, ...levels },
  }),
})

const ofOrder = ({ orderId }: BareOrder, events: Readonly<Record<string, JSONType>>): Append => ({
  stream: orderStream(orderId),
  events: eventsOf(orderId, events),
})

export const placed = (order: BareOrder): Append => {
  const expiresAt = Date.now() + holdMilliseconds
  const line = {
    line: 0,
    sku: order.sku,
    quantity: 1,
    location: 'MAIN',
    unitPrice: amount,
    priceRevision: 0,
    expiresAt,
  }
  const { reservationId } = order
  const terms = { country: 'GB', currency, confirm: 'automatic', requestHash: reservationId }
  return ofOrder(order, {
    OrderPlaced: { reservationId, customerId: order.orderId, person, ...terms, lines: [line] },
    PaymentRequested: { attempt: 1, amount, currency, paymentMethod, expiresAt, provider: 'stripe' },
  })
}

export const intentCreated = (order: BareOrder, intent: string): Append =>
  ofOrder(order, { PaymentIntentCreated: paymentOf(intent) })

export const authorized = (order: BareOrder, intent: string): Append =>
  ofOrder(order, {
    PaymentAuthorized: { ...paymentOf(intent), authorizedUntil: Date.now() + holdMilliseconds, confirmBy: null },
  })

export const stockCommitted = (order: BareOrder): Append => ofOrder(order, { OrderStockCommitted: {} })

export const captured = (order: BareOrder, intent: string): Append =>
  ofOrder(order, { PaymentCaptured: paymentOf(intent), OrderConfirmed: {} })
