// The servers that the API uses are killed with SIGKILL during sales. Whatever was answered with success, before or between the
// kills or after them, has to be there; meanwhile clients see no other error than 503.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { concurrently } from '../shop/concurrently.ts'
import { killPostgres, killProcess, killRedis } from '../shop/kill.ts'
import { type AnswerOrLoss, eventually, untilFinalAnswer } from '../shop/retry.ts'
import { ada, placedSchema, reservedSchema, stockProduct } from '../shop/shop.ts'
import { useStack } from './testing/stack.ts'
import { findingsOf } from './testing/verified.ts'

const running = useStack()
const orderSchema = z.looseObject({ status: z.string() })

test('given reservations in progress, when the event store is killed ten times, then each that was answered is in the log with all its lines', async () => {
  const { shopper, staff, log, stack } = running()
  await stockProduct(staff, { sku: 'LEFT', price: 100, quantity: 100_000 })
  await stockProduct(staff, { sku: 'RIGHT', price: 100, quantity: 100_000 })
  // The two lines of one sku are one append of two events; the third line is another append.
  const lines = [
    { sku: 'LEFT', quantity: 1 },
    { sku: 'LEFT', quantity: 2 },
    { sku: 'RIGHT', quantity: 3 },
  ]
  const answered: string[] = []
  let attempt = 0
  let isOver = false
  const shopping = async (): Promise<void> => {
    while (!isOver) {
      const key = `kill-log-reservation-${attempt++}`
      const answer = await untilFinalAnswer(() => shopper.post('/v1/reservations', { lines }, { key }))
      expect(answer.status).toBe(201)
      answered.push(reservedSchema.parse(answer.body).reservationId)
    }
  }
  const shoppers = Array.from({ length: 20 }, shopping)
  for (let kill = 1; kill <= 10; kill += 1) {
    const enough = answered.length + 20
    await eventually(
      async () => answered.length,
      (count) => count >= enough,
    )
    await killProcess(stack, 'eventstore')
  }
  isOver = true
  await Promise.all(shoppers)

  expect(answered.length).toBeGreaterThanOrEqual(200)
  const holds = (await log.events()).flatMap((event) => (event.type === 'StockReserved' ? [event] : []))
  const inLog = Map.groupBy(holds, ({ data }) => data.reservationId)
  expect([...inLog.keys()].toSorted()).toEqual(answered.toSorted())
  for (const [, events] of inLog)
    expect(events.map(({ stream, data }) => `${stream} ${data.line} ${data.quantity}`).toSorted()).toEqual([
      'stock-LEFT@MAIN 0 1',
      'stock-LEFT@MAIN 1 2',
      'stock-RIGHT@MAIN 2 3',
    ])
})

test('given sales in progress, when Postgres is killed and Redis is wiped and killed, then the only error is 503 and no success is lost', async () => {
  const { shopper, staff, stack, payments } = running()
  const sales = 120
  const price = 4_321
  await stockProduct(staff, { sku: 'STEADY', price, quantity: sales })
  const seen = new Set<number | string>()
  const onAnswer = (answer: AnswerOrLoss): void => {
    seen.add(answer === 'connection lost' ? answer : answer.status)
  }
  const bought: Array<{ readonly orderId: string; readonly orderToken: string }> = []
  const kills: Array<Promise<void>> = []

  await concurrently({ count: sales, concurrency: 10 }, async (index) => {
    const key = (step: string): string => `kill-servers-${step}-${index}`
    const lines = [{ sku: 'STEADY', quantity: 1 }]
    const held = await untilFinalAnswer(
      () => shopper.post('/v1/reservations', { lines }, { key: key('reserve') }),
      onAnswer,
    )
    const { reservationToken } = reservedSchema.parse(held.body)
    const placed = await untilFinalAnswer(
      () => shopper.post('/v1/orders', { reservationToken, ...ada }, { key: key('place') }),
      onAnswer,
    )
    const { orderId, orderToken } = placedSchema.parse(placed.body)
    const paying = { orderToken, key: key('pay-order') }
    const paid = await untilFinalAnswer(
      () => shopper.post(`/v1/orders/${orderId}/pay`, { paymentMethod: 'pm_card_visa' }, paying),
      onAnswer,
    )
    expect(paid).toMatchObject({ status: 200, body: { status: 'confirmed' } })
    bought.push({ orderId, orderToken })
    if (bought.length === 30) kills.push(killPostgres(stack))
    if (bought.length === 70) kills.push(killRedis(stack, { wipe: true }))
  })
  await Promise.all(kills)

  expect([...seen].filter((status) => status !== 503).toSorted()).toEqual([200, 201])
  for (const { orderId, orderToken } of bought) {
    const read = await eventually(
      () => shopper.get(`/v1/orders/${orderId}`, { orderToken }),
      ({ status, body }) => status === 200 && orderSchema.parse(body).status === 'confirmed',
    )
    expect(read.body).toMatchObject({ total: price, payment: { status: 'captured', captured: price } })
  }
  const charges = (await payments.charges()).filter(({ amount }) => amount === price)
  expect(charges.map(({ captured }) => captured)).toEqual(Array(sales).fill(price))
})

test('given all these sales, when they are verified, then every invariant holds and the read models equal the log', async () => {
  expect(await findingsOf(running())).toEqual([])
})
