import type { Answer } from '../shop/caller.ts'
import { fieldOf } from '../shop/field.ts'
import type { Payments } from '../shop/payments.ts'
import { ada, placedSchema, reservedSchema } from '../shop/shop.ts'
import type { Random } from '../simulation/random.ts'
import type { Client } from './client.ts'
import { disputeOfUnknownPayment, type Provider, refundOfUnknownPayment } from './provider.ts'

// What shoppers and staff do. Scenarios check nothing: their answers go to the journal, and a refusal ends the scenario, as a
// real shopper would give up.

/** What a scenario uses. */
export type Shop = {
  readonly shopper: Client
  readonly staff: Client
  readonly payments: Payments
  readonly provider: Provider
  readonly random: Random
  readonly newKey: () => string
  readonly newSku: (prefix: string) => string
  readonly skus: readonly [string, ...string[]]
}

export type Scenario = (shop: Shop) => Promise<void>

type Order = { readonly orderId: string; readonly orderToken: string; readonly status: string }

const goodCards = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex'] as const
const shortHoldSeconds = 5
const longHoldSeconds = 900
const linesMax = 3
const unitsMax = 3
/** Few enough that stock runs out at times, and enough that it never stays out for long. */
const restockUnitsMax = 60

const goodCard = (random: Random): string => random.pick(goodCards)

const reserve = async ({ shopper, random, skus }: Shop, ttlSeconds: number): Promise<Answer> => {
  const lines = Array.from({ length: 1 + random.below(linesMax) }, () => ({
    sku: random.pick(skus),
    quantity: 1 + random.below(unitsMax),
  }))
  return shopper.post('/v1/reservations', { lines, ttlSeconds })
}

const place = async (shop: Shop, more: object = {}): Promise<Order | undefined> => {
  const held = await reserve(shop, longHoldSeconds)
  if (held.status !== 201) return undefined
  const { reservationToken } = reservedSchema.parse(held.body)
  const placed = await shop.shopper.post('/v1/orders', { reservationToken, ...ada, ...more })
  return placed.status === 201 ? placedSchema.parse(placed.body) : undefined
}

const pay = ({ shopper }: Shop, { orderId, orderToken }: Order, paymentMethod: string): Promise<Answer> =>
  shopper.post(`/v1/orders/${orderId}/pay`, { paymentMethod }, { orderToken })

const cancel = ({ shopper }: Shop, { orderId, orderToken }: Order): Promise<Answer> =>
  shopper.post(`/v1/orders/${orderId}/cancel`, { reason: 'changed my mind' }, { orderToken })

const byStaff = ({ staff }: Shop, { orderId }: Order, action: string, body: object): Promise<Answer> =>
  staff.post(`/v1/orders/${orderId}/${action}`, body)

/** Resolves with the order only if its payment is confirmed. */
const placeAndPay = async (shop: Shop): Promise<Order | undefined> => {
  const order = await place(shop)
  if (order === undefined) return undefined
  const paid = await pay(shop, order, goodCard(shop.random))
  return fieldOf(paid.body, 'status') === 'confirmed' ? order : undefined
}

export const buy: Scenario = async (shop) => void (await placeAndPay(shop))

/** Reserves for a short time and does nothing more, so the hold expires. */
export const reserveAndAbandon: Scenario = async (shop) => void (await reserve(shop, shortHoldSeconds))

const reserveAndRelease: Scenario = async (shop) => {
  const held = await reserve(shop, longHoldSeconds)
  if (held.status !== 201) return
  const { reservationId, reservationToken } = reservedSchema.parse(held.body)
  await shop.shopper.post(`/v1/reservations/${reservationId}/release`, { reservationToken })
}

/** Asks for the payment once and never again, whatever the answer: the platform has to finish it alone. */
export const payAndDisconnect: Scenario = async (shop) => {
  const order = await place(shop)
  if (order === undefined) return
  const { orderId, orderToken } = order
  await shop.shopper.postOnce(`/v1/orders/${orderId}/pay`, { paymentMethod: goodCard(shop.random) }, { orderToken })
}

/** The first card is declined; the second one pays. */
export const payAfterDecline: Scenario = async (shop) => {
  const order = await place(shop, { paymentMethod: 'pm_card_chargeDeclined' })
  if (order !== undefined) await pay(shop, order, goodCard(shop.random))
}

/** The card requires authentication at the shopper's bank. Only a webhook tells Holdfast how that ended. */
export const payWithAuthentication: Scenario = async (shop) => {
  const order = await place(shop)
  if (order === undefined) return
  const asked = await pay(shop, order, 'pm_card_authenticationRequired')
  const intent = String(fieldOf(asked.body, 'clientSecret') ?? '').split('_secret_', 1)[0]
  if (fieldOf(asked.body, 'status') !== 'requires_action' || !intent) return
  await shop.payments.authenticate(intent, shop.random.chance(0.7) ? 'succeeded' : 'failed').catch(() => undefined)
}

const authorize = (shop: Shop): Promise<Order | undefined> =>
  place(shop, { confirm: 'manual', paymentMethod: goodCard(shop.random) })

const authorizeAndConfirm: Scenario = async (shop) => {
  const order = await authorize(shop)
  if (order === undefined) return
  const { orderId, orderToken } = order
  await shop.shopper.post(`/v1/orders/${orderId}/confirm`, {}, { orderToken })
}

export const authorizeAndCancel: Scenario = async (shop) => {
  const order = await authorize(shop)
  if (order !== undefined) await cancel(shop, order)
}

/** Both at the same time. Money and stock have to agree, whichever wins. */
const payWhileCancelling: Scenario = async (shop) => {
  const order = await place(shop)
  if (order !== undefined) await Promise.all([pay(shop, order, goodCard(shop.random)), cancel(shop, order)])
}

export const buyAndCancel: Scenario = async (shop) => {
  const order = await placeAndPay(shop)
  if (order !== undefined) await cancel(shop, order)
}

export const buyAndRefund: Scenario = async (shop) => {
  const order = await placeAndPay(shop)
  if (order !== undefined) await byStaff(shop, order, 'refund', { reason: 'goodwill', amount: 1 })
}

/** Staff ship the order; half of the orders are refunded afterwards. */
const buyAndShip: Scenario = async (shop) => {
  const order = await placeAndPay(shop)
  if (order === undefined) return
  await byStaff(shop, order, 'ship', { carrier: 'Parcel Post' })
  if (shop.random.chance(0.5)) await byStaff(shop, order, 'refund', { reason: 'late' })
}

/** The customer's bank disputes the payment. */
export const buyAndDispute: Scenario = async (shop) => {
  const order = await placeAndPay(shop)
  if (order === undefined) return
  const charges = await shop.payments.charges().catch(() => [])
  const charge = charges.find(({ metadata }) => metadata.orderId === order.orderId)
  if (charge !== undefined) await shop.payments.dispute(charge.id).catch(() => undefined)
}

const restock: Scenario = async ({ staff, random, skus }) => {
  const sku = random.pick(skus)
  await staff.post(`/v1/stock/${sku}/receive`, { quantity: 1 + random.below(restockUnitsMax) })
}

export const changePrice: Scenario = async ({ staff, random, skus }) => {
  const sku = random.pick(skus)
  await staff.put(`/v1/products/${sku}/price`, { price: 100 + random.below(10_000), currency: 'EUR' })
}

/** A webhook about a payment that Holdfast did not make. Holdfast stores it. */
export const sendUnknownWebhook: Scenario = async ({ provider, newKey, random }) => {
  const id = newKey()
  await provider.send(random.chance(0.5) ? disputeOfUnknownPayment(id) : refundOfUnknownPayment(id))
}

/** A scenario that is listed twice is drawn twice as often. */
const scenarios: readonly [Scenario, ...Scenario[]] = [
  reserveAndAbandon,
  reserveAndAbandon,
  reserveAndRelease,
  payAfterDecline,
  payWithAuthentication,
  authorizeAndConfirm,
  authorizeAndCancel,
  payWhileCancelling,
  payWhileCancelling,
  payAndDisconnect,
  payAndDisconnect,
  buyAndCancel,
  buyAndCancel,
  buyAndRefund,
  buyAndRefund,
  buyAndShip,
  restock,
  restock,
  changePrice,
  sendUnknownWebhook,
  sendUnknownWebhook,
  buyAndDispute,
  buy,
]

export const randomScenario: Scenario = (shop) => shop.random.pick(scenarios)(shop)
