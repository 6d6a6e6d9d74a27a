import { z } from 'zod'
import { eventually } from '#trials/shop/retry.ts'
import { ada, buy, reserve } from '#trials/shop/shop.ts'
import { paymentEvents, type Stage } from './stage.ts'

const refusedSchema = z.object({ lines: z.array(z.object({ sku: z.string(), available: z.int() })) })
const holdsSchema = z.object({ holds: z.array(z.object({ status: z.string() })) })
const stockSchema = z.object({ available: z.int() })
const lines = [{ sku: 'KETTLE', quantity: 1 }]

const tellSoldOut = async ({ story, shopper }: Stage): Promise<void> => {
  story.step('Sold out: more than there is, and the shopper learns how many they can have')
  const asking = shopper.post('/v1/reservations', { lines: [{ sku: 'KETTLE', quantity: 9 }] })
  const refused = await story.asked('POST /v1/reservations (9 × KETTLE)', asking, 409, ['code', 'detail'])
  await story.appended(['ReservationsRefused'])
  story.shows('each line', refusedSchema.parse(refused.body).lines, [{ sku: 'KETTLE', available: 8 }])
}

const tellDeclined = async ({ story, shopper, payments }: Stage): Promise<void> => {
  story.step('A declined card leaves the order payable; another card pays it')
  const order = await buy(shopper, lines)
  await story.appended(['StockReserved', 'OrderPlaced'])
  const pay = (paymentMethod: string) => shopper.post(`/v1/orders/${order.orderId}/pay`, { paymentMethod }, order)
  const declining = pay('pm_card_chargeDeclined')
  await story.asked('POST …/pay (pm_card_chargeDeclined)', declining, 200, ['status', 'declineCode'])
  await story.appended(
    ['PaymentRequested', 'PaymentIntentCreated', 'PaymentDeclined', 'PaymentVoided'],
    [order.orderId],
  )
  await story.asked('POST …/pay (pm_card_mastercard)', pay('pm_card_mastercard'), 200, ['status'])
  await story.appended(paymentEvents, [order.orderId])
  const attempts = (await payments.charges())
    .filter(({ metadata }) => metadata.orderId === order.orderId)
    .map(({ paymentMethod, captured }) => ({ paymentMethod, captured }))
  story.shows("the payment provider's book", attempts, [
    { paymentMethod: 'pm_card_mastercard', captured: 8_900 },
    { paymentMethod: 'pm_card_chargeDeclined', captured: 0 },
  ])
}

const tellExpired = async ({ story, shopper, staff }: Stage): Promise<void> => {
  story.step('A hold that runs out frees its stock by itself, and is no order any more')
  const held = await reserve(shopper, lines, { ttlSeconds: 1 })
  const path = `/v1/reservations/${held.reservationId}?minPosition=${held.position}`
  await eventually(
    async () => holdsSchema.parse((await shopper.get(path)).body).holds.map(({ status }) => status),
    ([status]) => status === 'expired',
  )
  const position = await story.appended(['StockReserved', 'ReservationExpired'], [held.reservationId])
  const placing = shopper.post('/v1/orders', { reservationToken: held.reservationToken, ...ada })
  await story.asked('POST /v1/orders (with the token of that hold)', placing, 409, ['code', 'detail'])
  const stock = await staff.get(`/v1/stock/KETTLE?minPosition=${position}`)
  story.shows('available', stockSchema.parse(stock.body).available, 7)
}

const tellDoubleClick = async ({ story, shopper, payments }: Stage): Promise<void> => {
  story.step('A double click: the same action twice at once is done once, and both get the same answer')
  const order = await buy(shopper, lines)
  await story.appended(['StockReserved', 'OrderPlaced'])
  const options = { ...order, key: 'the-shoppers-one-click' }
  const click = () => shopper.post(`/v1/orders/${order.orderId}/pay`, { paymentMethod: 'pm_card_visa' }, options)
  const [first, second] = await Promise.all([click(), click()])
  await story.asked('POST …/pay, once', Promise.resolve(first), 200, ['status'])
  await story.asked('POST …/pay, at the same moment', Promise.resolve(second), 200, ['status'])
  await story.appended(paymentEvents, [order.orderId])
  const charges = (await payments.charges()).filter(({ metadata }) => metadata.orderId === order.orderId)
  story.shows(
    "the payment provider's book",
    charges.map(({ captured }) => captured),
    [8_900],
  )
}

/** What goes wrong in a shop every day. Begins with 8 kettles for sale. */
export const tellFailures = async (stage: Stage): Promise<void> => {
  stage.story.chapter('What goes wrong')
  await tellSoldOut(stage)
  await tellDeclined(stage)
  await tellExpired(stage)
  await tellDoubleClick(stage)
}
