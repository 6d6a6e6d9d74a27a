import { z } from 'zod'
import { ada, placedSchema, positionOf, reservedSchema } from '#trials/shop/shop.ts'
import { paymentEvents, type Stage } from './stage.ts'

const pageSchema = z.object({ items: z.array(z.object({ sku: z.string(), available: z.int() })) })
const stockSchema = z.object({ locations: z.array(z.object({ onHand: z.int(), held: z.int(), committed: z.int() })) })
const orderSchema = z.object({ orderNumber: z.string(), status: z.string(), payment: z.object({ captured: z.int() }) })
const timelineSchema = z.object({ items: z.array(z.object({ type: z.string(), actor: z.string(), text: z.string() })) })

/** Browse → reserve → place → pay → confirm, and what every reader then says. Leaves 8 of 10 kettles for sale. */
export const tellMainJob = async ({ story, shopper, staff, payments, say }: Stage): Promise<void> => {
  const { asked, appended, shows, step } = story
  story.chapter('The main job')

  step('Staff list a kettle and receive ten of it')
  const product = { sku: 'KETTLE', name: 'Gooseneck kettle', category: 'Kitchen', price: 8_900, currency: 'EUR' }
  await asked('POST /v1/products (KETTLE at 89.00 EUR)', staff.post('/v1/products', product), 201, ['sku'])
  const receiving = staff.post('/v1/stock/KETTLE/receive', { quantity: 10 })
  const received = await asked('POST /v1/stock/KETTLE/receive (10)', receiving, 200, ['location', 'onHand'])
  await appended(['ProductListed', 'StockReceived'])

  step('A shopper browses, reading what was just written')
  const search = `/v1/products?query=kettle&inStock=true&minPosition=${positionOf(received)}`
  const found = await asked('GET /v1/products?query=kettle&inStock=true', shopper.get(search), 200, ['total'])
  shows('found', pageSchema.parse(found.body).items, [{ sku: 'KETTLE', available: 10 }])

  step('Reserve: two kettles are held for 15 minutes, and nothing else is written')
  const lines = [{ sku: 'KETTLE', quantity: 2 }]
  const reserving = shopper.post('/v1/reservations', { lines })
  const answer = await asked('POST /v1/reservations (2 × KETTLE)', reserving, 201, ['total', 'currency', 'expiresAt'])
  const reserved = reservedSchema.parse(answer.body)
  await appended(['StockReserved'], [reserved.reservationId])

  step('Place: the reservation becomes an order, for the price that it was made at')
  const placing = shopper.post('/v1/orders', { reservationToken: reserved.reservationToken, ...ada })
  const placement = await asked('POST /v1/orders (ada@example.com)', placing, 201, ['orderNumber', 'status', 'total'])
  const placed = placedSchema.parse(placement.body)
  await appended(['OrderPlaced'], [placed.orderId])

  step('Pay: authorize, commit the stock, capture, confirm; the holds are committed before money is taken')
  const { orderId, orderToken } = placed
  const paying = shopper.post(`/v1/orders/${orderId}/pay`, { paymentMethod: 'pm_card_visa' }, { orderToken })
  const paid = await asked('POST /v1/orders/{orderId}/pay (pm_card_visa)', paying, 200, ['status'])
  await appended(paymentEvents, [orderId])

  step('Track: every reader knows, at the position that paying answered')
  const at = `minPosition=${positionOf(paid)}`
  const order = orderSchema.parse((await shopper.get(`/v1/orders/${orderId}?${at}`, { orderToken })).body)
  shows('the order', order, { orderNumber: placed.orderNumber, status: 'confirmed', payment: { captured: 17_800 } })
  const stock = stockSchema.parse((await staff.get(`/v1/stock/KETTLE?${at}`)).body)
  shows('the stock', stock.locations, [{ onHand: 10, held: 0, committed: 2 }])
  const charges = (await payments.charges()).map(({ amount, captured }) => ({ amount, captured }))
  shows("the payment provider's book", charges, [{ amount: 17_800, captured: 17_800 }])

  step('The timeline: what happened, who did it')
  const timeline = timelineSchema.parse((await staff.get(`/v1/orders/${orderId}/timeline?${at}`)).body)
  for (const { actor, text } of timeline.items) say(`    ${actor.padEnd(18)}  ${text}`)
  shows('its last entry', timeline.items.at(-1)?.type, 'OrderConfirmed')
}
