// A thousand shoppers, each on their own connection, reserve one of a hundred units at the same time: through one API process,
// then through three, which share nothing but the log.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Caller, createCaller } from '../shop/caller.ts'
import { untilFinalAnswer } from '../shop/retry.ts'
import { stockProduct } from '../shop/shop.ts'
import { useStack } from './testing/stack.ts'
import { findingsOf } from './testing/verified.ts'

const running = useStack({ apis: 3 })
const shoppers = 1_000
const units = 100

type Sale = { readonly sku: string; readonly callers: readonly Caller[] }

const sell = async ({ sku, callers }: Sale): Promise<void> => {
  const { staff, log } = running()
  await stockProduct(staff, { sku, price: 1_999, quantity: units })

  // A busy machine may answer 503 to some. Each shopper then asks again with the same key, so none reserves twice.
  const answers = await Promise.all(
    Array.from({ length: shoppers }, async (_, index) => {
      const caller = callers[index % callers.length]
      const key = randomUUID()
      return (
        caller && untilFinalAnswer(() => caller.post('/v1/reservations', { lines: [{ sku, quantity: 1 }] }, { key }))
      )
    }),
  )

  expect(answers.filter((answer) => answer?.status === 201)).toHaveLength(units)
  const refused = answers.filter((answer) => answer?.status === 409)
  expect(refused).toHaveLength(shoppers - units)
  for (const answer of refused)
    expect(answer?.body).toMatchObject({ code: 'out_of_stock', lines: [{ sku, quantity: 1, available: 0 }] })

  const events = (await log.events()).filter(({ stream }) => stream === `stock-${sku}@MAIN`)
  expect(events.filter(({ type }) => type === 'StockReserved')).toHaveLength(units)
  const refusals = events.flatMap((event) => (event.type === 'ReservationsRefused' ? event.data.refusals : []))
  expect(refusals).toHaveLength(shoppers - units)
  const last = events.at(-1)
  const stock = await staff.get(`/v1/stock/${sku}?minPosition=${last?.position}`)
  const level = { location: 'MAIN', onHand: units, held: units, committed: 0, safety: 0, available: 0, shortfall: 0 }
  expect(stock.body).toEqual({ sku, available: 0, locations: [level] })
  expect(await findingsOf(running())).toEqual([])
}

test('given 100 units, when 1,000 shoppers reserve one at once, then 100 get it and 900 are refused', async () => {
  await sell({ sku: 'FLASH-ONE', callers: [running().shopper] })
})

test('given 100 units and three API processes, when 1,000 shoppers reserve one at once, then again 100 get it and 900 are refused', async () => {
  const { addresses, credentials } = running().stack
  const callers = addresses.apiUrls.map((url) => createCaller(url, credentials.storefrontKey))
  expect(callers).toHaveLength(3)
  await sell({ sku: 'FLASH-THREE', callers })
})
