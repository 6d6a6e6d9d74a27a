// The API is killed with SIGKILL while it works, and its supervisor starts it again on the same port. Clients repeat each request
// under the same Idempotency-Key until they get a final answer. Then the answers are compared with the log and with the payment
// provider's ledger: nothing may be lost and nothing done twice.
import { expect, test } from 'vitest'
import { concurrently } from '../shop/concurrently.ts'
import { killProcess } from '../shop/kill.ts'
import { eventually, untilFinalAnswer } from '../shop/retry.ts'
import { ada, placedSchema, reservedSchema, stockProduct } from '../shop/shop.ts'
import { useStack } from './testing/stack.ts'
import { findingsOf } from './testing/verified.ts'

const running = useStack()

/** Calls `kill` when the number of finished requests reaches each number in `after`. */
const killer = (after: readonly number[], kill: () => Promise<void>) => {
  let done = 0
  const kills: Array<Promise<void>> = []
  return {
    oneDone: (): void => {
      done += 1
      if (after.includes(done)) kills.push(kill())
    },
    all: async (): Promise<void> => void (await Promise.all(kills)),
  }
}

test('given 1,000 reservations, when the API is killed three times meanwhile, then no hold is lost and none is doubled', async () => {
  const { shopper, staff, log, stack } = running()
  const units = 700
  await stockProduct(staff, { sku: 'KILLED', price: 100, quantity: units })
  const kills = killer([200, 450, 700], () => killProcess(stack, 'api-1'))
  const held: string[] = []
  let refused = 0

  await concurrently({ count: 1_000, concurrency: 50 }, async (index) => {
    const key = `kill-api-reservation-${index}`
    const answer = await untilFinalAnswer(() =>
      shopper.post('/v1/reservations', { lines: [{ sku: 'KILLED', quantity: 1 }] }, { key }),
    )
    if (answer.status === 201) held.push(reservedSchema.parse(answer.body).reservationId)
    else {
      expect(answer).toMatchObject({ status: 409, body: { code: 'out_of_stock' } })
      refused += 1
    }
    kills.oneDone()
  })
  await kills.all()

  expect({ held: held.length, refused }).toEqual({ held: units, refused: 1_000 - units })
  const inLog = (await log.events()).flatMap((event) =>
    event.type === 'StockReserved' && event.stream === 'stock-KILLED@MAIN' ? [event.data.reservationId] : [],
  )
  expect(inLog.toSorted()).toEqual(held.toSorted())
})

test('given 200 checkouts, when the API is killed twice meanwhile, then each is one order and one charge', async () => {
  const { shopper, staff, log, payments, stack } = running()
  const checkouts = 200
  const price = 2_345
  await stockProduct(staff, { sku: 'CHECKOUT', price, quantity: checkouts })
  const kills = killer([50, 120], () => killProcess(stack, 'api-1'))
  const orderIds: string[] = []

  await concurrently({ count: checkouts, concurrency: 20 }, async (index) => {
    const lines = [{ sku: 'CHECKOUT', quantity: 1 }]
    const held = await untilFinalAnswer(() =>
      shopper.post('/v1/reservations', { lines }, { key: `kill-api-reserve-${index}` }),
    )
    const { reservationToken } = reservedSchema.parse(held.body)
    const key = `kill-api-place-order-${index}`
    const placed = await untilFinalAnswer(() => shopper.post('/v1/orders', { reservationToken, ...ada }, { key }))
    const { orderId, orderToken } = placedSchema.parse(placed.body)
    const paid = await untilFinalAnswer(() =>
      shopper.post(
        `/v1/orders/${orderId}/pay`,
        { paymentMethod: 'pm_card_visa' },
        { orderToken, key: `kill-api-pay-order-${index}` },
      ),
    )
    expect(paid).toMatchObject({ status: 200, body: { status: 'confirmed' } })
    orderIds.push(orderId)
    kills.oneDone()
  })
  await kills.all()

  expect(new Set(orderIds).size).toBe(checkouts)
  const events = (await log.events()).filter(({ stream }) => stream.startsWith('order-'))
  for (const type of ['OrderPlaced', 'PaymentRequested', 'PaymentCaptured', 'OrderConfirmed'])
    expect(
      events
        .filter((event) => event.type === type)
        .map(({ stream }) => stream)
        .toSorted(),
    ).toEqual(orderIds.map((orderId) => `order-${orderId}`).toSorted())
  const charges = await payments.charges()
  expect(charges.map(({ captured, refunded }) => ({ captured, refunded }))).toEqual(
    Array(checkouts).fill({ captured: price, refunded: 0 }),
  )
  expect(new Set(charges.map(({ metadata }) => metadata.orderId)).size).toBe(checkouts)
  const stock = await eventually(
    () => staff.get('/v1/stock/CHECKOUT'),
    ({ body }) => JSON.stringify(body).includes('"committed":200'),
  )
  expect(stock.body).toMatchObject({ available: 0, locations: [{ onHand: checkouts, held: 0, committed: checkouts }] })
})

test('given all these sales, when they are verified, then every invariant holds and the read models equal the log', async () => {
  expect(await findingsOf(running())).toEqual([])
})
