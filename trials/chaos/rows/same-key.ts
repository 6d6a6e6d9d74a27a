import { fieldOf } from '../../shop/field.ts'
import { ada } from '../../shop/shop.ts'
import type { ChaosRun, Row } from '../run.ts'

// Row 11: the same Idempotency-Key is used twice at once with the same body, then once with another body. The first two have
// to get the same answer; the third has to be refused.

const rounds = 20
const roundsSample = 3

/** Reserves, places and pays, each of them in this way. The comparison of records checks that each was done once. */
const sellWithSameKeys = async ({ harness, addFinding }: ChaosRun): Promise<void> => {
  const { shop, unrecordedShopper } = harness
  const postTwice = async (path: string, body: object, otherBody: object, orderToken?: string) => {
    const options = { key: shop.newKey(), ...(orderToken === undefined ? {} : { orderToken }) }
    const [first, second] = await Promise.all([1, 2].map(() => shop.shopper.post(path, body, options)))
    const other = await unrecordedShopper.post(path, otherBody, options)
    if (other.status !== 422)
      addFinding(`${path}: the same key with another body was answered ${other.status}, not 422`)
    for (const name of ['reservationId', 'orderId', 'status'])
      if (fieldOf(first?.body, name) !== fieldOf(second?.body, name))
        addFinding(`${path}: two requests with the same key and body got different answers: ${name} differs`)
    return first
  }
  const lines = [{ sku: shop.skus[0], quantity: 1 }]
  const held = await postTwice('/v1/reservations', { lines }, { lines: [{ sku: shop.skus[1], quantity: 1 }] })
  const reservationToken = fieldOf(held?.body, 'reservationToken')
  if (reservationToken === undefined) return
  const order = { reservationToken, ...ada }
  const placed = await postTwice('/v1/orders', order, { ...order, confirm: 'manual' })
  const orderToken = String(fieldOf(placed?.body, 'orderToken'))
  const path = `/v1/orders/${String(fieldOf(placed?.body, 'orderId'))}/pay`
  await postTwice(path, { paymentMethod: 'pm_card_visa' }, { paymentMethod: 'pm_card_amex' }, orderToken)
}

export const sameKeyRow: Row = {
  number: 11,
  name: 'the same idempotency key twice at once, and again with another body',
  run: async (run) => {
    for (let round = 0; round < (run.sample ? roundsSample : rounds); round += 1) await sellWithSameKeys(run)
  },
}
