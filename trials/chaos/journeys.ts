import type { Answer } from '../shop/caller.ts'
import { fieldOf } from '../shop/field.ts'
import type { Payments } from '../shop/payments.ts'
import { ada, placedSchema, reservedSchema } from '../shop/shop.ts'
import type { Random } from '../simulation/random.ts'
import type { Client } from './client.ts'
import { type Provider, strayDispute, strayRefund } from './provider.ts'

// What people do, one journey at a time, drawn from a seed. Nobody here checks anything: answers go to the journal, and a
// refusal ends the journey as it would end a person's.

export type Shop = {
  readonly shopper: Client
  readonly staff: Client
  readonly payments: Payments
  readonly provider: Provider
  readonly newKey: () => string
  readonly random: Random
  readonly skus: readonly [string, ...string[]]
}

type Order = { readonly orderId: string; readonly orderToken: string; readonly status: string }

const goodCards = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex'] as const
const shortHoldSeconds = 5
const longHoldSeconds = 900
const linesMax = 3
const unitsMax = 3
/** So many that the shelves run empty at times, and never for long. */
const restockUnitsMax = 60

const cardOf = (random: Random): string => random.pick(goodCards)

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

const byStaff = ({ staff }: Shop, { orderId }: Order, step: string, body: object): Promise<Answer> =>
  staff.post(`/v1/orders/${orderId}/${step}`, body)

const buy = async (shop: Shop): Promise<Order | undefined> => {
  const order = await place(shop)
  if (order === undefined) return undefined
  const paid = await pay(shop, order, cardOf(shop.random))
  return fieldOf(paid.body, 'status') === 'confirmed' ? order : undefined
}

export const leave = async (shop: Shop): Promise<void> => void (await reserve(shop, shortHoldSeconds))

const release = async (shop: Shop): Promise<void> => {
  const held = await reserve(shop, longHoldSeconds)
  if (held.status !== 201) return
  const { reservationId, reservationToken } = reservedSchema.parse(held.body)
  await shop.shopper.post(`/v1/reservations/${reservationId}/release`, { reservationToken })
}

/** Gone before the answer: what comes of the payment is up to the shop alone. */
export const payAndLeave = async (shop: Shop): Promise<void> => {
  const order = await place(shop)
  if (order === undefined) return
  const { orderId, orderToken } = order
  await shop.shopper.postOnce(`/v1/orders/${orderId}/pay`, { paymentMethod: cardOf(shop.random) }, { orderToken })
}

export const decline = async (shop: Shop): Promise<void> => {
  const order = await place(shop, { paymentMethod: 'pm_card_chargeDeclined' })
  if (order !== undefined) await pay(shop, order, cardOf(shop.random))
}

/** The shopper's bank asks; the answer reaches us by webhook alone. */
export const challenge = async (shop: Shop): Promise<void> => {
  const order = await place(shop)
  if (order === undefined) return
  const asked = await pay(shop, order, 'pm_card_authenticationRequired')
  const intent = String(fieldOf(asked.body, 'clientSecret') ?? '').split('_secret_', 1)[0]
  if (fieldOf(asked.body, 'status') !== 'requires_action' || !intent) return
  await shop.payments.authenticate(intent, shop.random.chance(0.7) ? 'succeeded' : 'failed').catch(() => undefined)
}

const authorize = (shop: Shop): Promise<Order | undefined> =>
  place(shop, { confirm: 'manual', paymentMethod: cardOf(shop.random) })

const authorizeAndConfirm = async (shop: Shop): Promise<void> => {
  const order = await authorize(shop)
  if (order === undefined) return
  const { orderId, orderToken } = order
  await shop.shopper.post(`/v1/orders/${orderId}/confirm`, {}, { orderToken })
}

export const authorizeAndCancel = async (shop: Shop): Promise<void> => {
  const order = await authorize(shop)
  if (order !== undefined) await cancel(shop, order)
}

/** Both at once: whatever wins, money and stock have to agree. */
const payAndCancel = async (shop: Shop): Promise<void> => {
  const order = await place(shop)
  if (order !== undefined) await Promise.all([pay(shop, order, cardOf(shop.random)), cancel(shop, order)])
}

export const buyAndCancel = async (shop: Shop): Promise<void> => {
  const order = await buy(shop)
  if (order !== undefined) await cancel(shop, order)
}

export const refund = async (shop: Shop): Promise<void> => {
  const order = await buy(shop)
  if (order !== undefined) await byStaff(shop, order, 'refund', { reason: 'goodwill', amount: 1 })
}

const fulfil = async (shop: Shop): Promise<void> => {
  const order = await buy(shop)
  if (order === undefined) return
  await byStaff(shop, order, 'ship', { carrier: 'Parcel Post' })
  if (shop.random.chance(0.5)) await byStaff(shop, order, 'refund', { reason: 'late' })
}

const restock = async ({ staff, random, skus }: Shop): Promise<void> => {
  const sku = random.pick(skus)
  await staff.post(`/v1/stock/${sku}/receive`, { quantity: 1 + random.below(restockUnitsMax) })
}

export const reprice = async ({ staff, random, skus }: Shop): Promise<void> => {
  const sku = random.pick(skus)
  await staff.put(`/v1/products/${sku}/price`, { price: 100 + random.below(10_000), currency: 'EUR' })
}

/** Sold, paid, and taken back by the customer's bank. */
export const dispute = async (shop: Shop): Promise<void> => {
  const order = await buy(shop)
  if (order === undefined) return
  const charges = await shop.payments.charges().catch(() => [])
  const charge = charges.find(({ metadata }) => metadata.orderId === order.orderId)
  if (charge !== undefined) await shop.payments.dispute(charge.id).catch(() => undefined)
}

/** A webhook about somebody else's payment: it is kept. */
export const stray = async ({ provider, newKey, random }: Shop): Promise<void> => {
  const id = newKey()
  await provider.notify(random.chance(0.5) ? strayDispute(id) : strayRefund(id))
}

export type Journey = (shop: Shop) => Promise<void>

export const buyOnly: Journey = async (shop) => void (await buy(shop))

/** The weights are how many times a journey stands here. */
const journeys: readonly [Journey, ...Journey[]] = [
  leave,
  ...[
    leave,
    release,
    decline,
    challenge,
    authorizeAndConfirm,
    authorizeAndCancel,
    payAndCancel,
    payAndCancel,
    payAndLeave,
    payAndLeave,
  ],
  ...[buyAndCancel, buyAndCancel, refund, refund, fulfil, restock, restock, reprice, stray, stray, dispute],
  buyOnly,
]

export const anyJourney: Journey = (shop) => shop.random.pick(journeys)(shop)
