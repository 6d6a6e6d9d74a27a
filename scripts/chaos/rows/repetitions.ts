import { setTimeout as sleep } from 'node:timers/promises'
import { createPool } from '#platform/postgres/pool.ts'
import { fieldOf } from '../../shop/field.ts'
import { ada } from '../../shop/shop.ts'
import { withLoad } from '../load.ts'
import type { Row, Run } from '../run.ts'

// Rows 11 and 17: the same thing asked twice, and the same event handed over twice.

const shoppers = 4
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

/** Whoever follows the log begins at its start again: every event comes twice, to the process and to every read model. */
const followAgain = async ({ world }: Run): Promise<void> => {
  const pool = createPool({ url: world.stack.addresses.databaseUrl, onError: () => undefined })
  try {
    await pool.query('update leases set position = 0 where position is not null')
    await pool.query('update projection_checkpoints set position = 0 where position is not null')
  } finally {
    await pool.end()
  }
}

export const deliveredTwiceRow: Row = {
  number: 17,
  name: 'every event delivered twice, to the checkout and to every read model',
  run: async (run) => {
    const times = run.sample ? 1 : 3
    await withLoad(run.world.shop, shoppers, async () => {
      for (let time = 0; time < times; time += 1) {
        await sleep(2_000)
        await followAgain(run)
      }
      await sleep(2_000)
    })
  },
}
