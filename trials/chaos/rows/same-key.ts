import { fieldOf } from '../../shop/field.ts'
import { ada } from '../../shop/shop.ts'
import type { Row, Run } from '../run.ts'

// Row 11: the same thing asked twice.

const pairs = 20
const pairsSample = 3

/** One action twice at once, then under its key with another body. Which answers are one is for the journal to say. */
const askTwice = async ({ world, wrong }: Run): Promise<void> => {
  const { shop, strangers } = world
  const insistTwice = async (path: string, body: object, other: object, orderToken?: string) => {
    const options = { key: shop.newKey(), ...(orderToken === undefined ? {} : { orderToken }) }
    const [first, second] = await Promise.all([1, 2].map(() => shop.shopper.post(path, body, options)))
    const altered = await strangers.post(path, other, options)
    if (altered.status !== 422) wrong(`${path}: the same key with another body got ${altered.status}`)
    for (const name of ['reservationId', 'orderId', 'status'])
      if (fieldOf(first?.body, name) !== fieldOf(second?.body, name))
        wrong(`${path}: the same action twice at once got two answers: ${name} differs`)
    return first
  }
  const lines = [{ sku: shop.skus[0], quantity: 1 }]
  const held = await insistTwice('/v1/reservations', { lines }, { lines: [{ sku: shop.skus[1], quantity: 1 }] })
  const reservationToken = fieldOf(held?.body, 'reservationToken')
  if (reservationToken === undefined) return
  const order = { reservationToken, ...ada }
  const placed = await insistTwice('/v1/orders', order, { ...order, confirm: 'manual' })
  const orderToken = String(fieldOf(placed?.body, 'orderToken'))
  const path = `/v1/orders/${String(fieldOf(placed?.body, 'orderId'))}/pay`
  await insistTwice(path, { paymentMethod: 'pm_card_visa' }, { paymentMethod: 'pm_card_amex' }, orderToken)
}

export const sameKeyRow: Row = {
  number: 11,
  name: 'the same key twice at once, and with another body',
  run: async (run) => {
    for (let pair = 0; pair < (run.sample ? pairsSample : pairs); pair += 1) await askTwice(run)
  },
}
