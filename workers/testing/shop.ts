import type { CheckoutPorts } from '#commands/checkout/ports.ts'
import { orderStream, stockStream } from '#domain/streams.ts'
import { derivedId, orderIdOf } from '#domain/values/ids.ts'
import { secondsAfter } from '#domain/values/instant.ts'

// Commands that an API would have sent before it died, one at a time.

const location = 'MAIN'
export const stockOf = (sku: string): string => stockStream(sku, location)

const contextOf = (correlationId: string) => ({ correlationId, causationId: correlationId, actor: 'storefront:test' })
const holdSeconds = 900

export const receive = async (sku: string, quantity: number, ports: CheckoutPorts): Promise<void> => {
  const commandId = derivedId('receive', sku)
  await ports.stock.submit(stockOf(sku), [{ type: 'ReceiveStock', commandId, quantity }], contextOf(commandId))
}

export const count = async (sku: string, quantity: number, ports: CheckoutPorts): Promise<void> => {
  const commandId = derivedId('count', sku, quantity)
  const command = { type: 'CountStock', commandId, quantity, reason: 'stocktaking' } as const
  await ports.stock.submit(stockOf(sku), [command], contextOf(commandId))
}

/** Holds two units of a sku and answers the expiry of the hold. */
export const reserve = async (sku: string, reservationId: string, ports: CheckoutPorts): Promise<number> => {
  const terms = { line: 0, quantity: 2, ttlSeconds: holdSeconds, final: true }
  const command = { type: 'ReserveStock', commandId: reservationId, reservationId, ...terms } as const
  const { results } = await ports.stock.submit(stockOf(sku), [command], contextOf(reservationId))
  const [result] = results
  if (result?.outcome !== 'accepted' || result.answer.kind !== 'held') throw new Error(`${sku} was not held`)
  return result.answer.firstExpiresAt
}

/** Places an unpaid order of two held units and answers its id. */
export const place = async (sku: string, reservationId: string, ports: CheckoutPorts): Promise<string> => {
  const expiresAt = await reserve(sku, reservationId, ports)
  const orderId = orderIdOf(reservationId)
  const line = { line: 0, sku, quantity: 2, location, unitPrice: 995, priceRevision: 0, expiresAt }
  const command = {
    type: 'PlaceOrder',
    commandId: derivedId('place', orderId),
    reservationId,
    customerId: derivedId('customer', sku),
    person: 'c2VhbGVk',
    country: 'GB',
    currency: 'GBP',
    lines: [line],
    confirm: 'automatic',
    requestHash: 'hash',
  } as const
  await ports.orders.submit(orderStream(orderId), [command], contextOf(orderId))
  return orderId
}

/** Requests the payment of a placed order, and runs no effect. */
export const requestPayment = async (orderId: string, paymentMethod: string, ports: CheckoutPorts): Promise<void> => {
  const at = ports.logTime.now() ?? 0
  const commandId = derivedId('pay', orderId)
  const command = {
    type: 'RequestPayment',
    commandId,
    provider: 'stripe',
    paymentMethod,
    expiresAt: secondsAfter(at, holdSeconds),
  } as const
  await ports.orders.submit(orderStream(orderId), [command], contextOf(orderId))
}
