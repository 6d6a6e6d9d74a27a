import { describe, expect, test } from 'vitest'
import { orderStream, productStream, stockStream } from '#domain/streams.ts'
import { changeProduct } from './change-product.ts'
import { changeStock, type StockChange } from './change-stock.ts'
import { expireDueHolds } from './expire-due-holds.ts'
import { reportShortfall } from './report-shortfall.ts'
import { type MemoryPlatform, origin } from './testing/memory-platform.ts'
import { openShop, pay, placed, reserved } from './testing/shop.ts'

const cups = stockStream('CUP', 'MAIN')
const change = (shop: MemoryPlatform, wanted: StockChange, place = { sku: 'CUP' }, name: string = wanted.type) =>
  changeStock(place, wanted, origin(name), shop.boot())

describe('changing stock', () => {
  test('answers the levels after it, also to a later repetition', async () => {
    const shop = await openShop()
    const adjust: StockChange = { type: 'AdjustStock', quantity: -3, reason: 'broken' }
    const levels = { onHand: 7, held: 0, committed: 0, safety: 0 }
    expect(await change(shop, adjust)).toMatchObject({ outcome: 'changed', levels })
    await change(shop, { type: 'ReceiveStock', quantity: 5 })
    expect(await change(shop, adjust)).toMatchObject({ outcome: 'changed', levels })
    expect(shop.typesOf(cups)).toEqual(['StockReceived', 'StockAdjusted', 'StockReceived'])
  })

  test('is applied once if two processes send it at once', async () => {
    const shop = await openShop()
    const receive: StockChange = { type: 'ReceiveStock', quantity: 5 }
    await Promise.all([change(shop, receive), change(shop, receive)])
    expect((await shop.levels('CUP')).onHand).toBe(15)
  })

  test('is refused if it is impossible', async () => {
    const shop = await openShop()
    const receive: StockChange = { type: 'ReceiveStock', quantity: 1 }
    expect(await change(shop, receive, { sku: 'TEAPOT' })).toEqual({ code: 'unknown_sku', sku: 'TEAPOT' })
    const moon = { sku: 'CUP', location: 'MOON' }
    expect(await change(shop, receive, moon)).toEqual({ code: 'unknown_location', location: 'MOON' })
    const tooMany: StockChange = { type: 'AdjustStock', quantity: -11, reason: 'broken' }
    expect(await change(shop, tooMany)).toEqual({ code: 'below_zero', onHand: 10 })
  })
})

test('a changed price applies to the next reservation of this process', async () => {
  const shop = await openShop()
  await reserved(shop.ports, { name: 'before' })
  const price = { type: 'PriceProduct', unitPrice: 1_400, currency: 'EUR' } as const
  const first = await changeProduct('CUP', price, origin('price'), shop.ports)
  expect(first).toMatchObject({ outcome: 'changed', sku: 'CUP' })
  expect((await reserved(shop.ports, { name: 'after' })).lines[0]).toMatchObject({ unitPrice: 1_400, priceRevision: 1 })
  expect(await changeProduct('CUP', price, origin('price'), shop.boot())).toMatchObject({ outcome: 'changed' })
  expect(shop.typesOf(productStream('CUP'))).toEqual(['ProductListed', 'ProductPriced'])
  const abroad = { ...price, currency: 'CHF' }
  expect(await changeProduct('CUP', abroad, origin('abroad'), shop.ports)).toMatchObject({ code: 'currency_changed' })
})

test('the expiry of due holds is written once', async () => {
  const shop = await openShop()
  await reserved(shop.ports)
  const expire = (name: string) => expireDueHolds({ sku: 'CUP', location: 'MAIN' }, origin(name), shop.ports)
  expect(await expire('early')).toBe(false)
  await shop.pass(900)
  expect(await expire('due')).toBe(true)
  expect(await expire('again')).toBe(false)
  expect((await shop.levels('CUP')).held).toBe(0)
})

test('a shortfall of sold units calls for attention once', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports)
  const { reservationId } = await shop.order(orderId)
  const short = { reservationId, line: 0, sku: 'CUP', location: 'MAIN', foundAt: shop.now() }
  expect(await reportShortfall(short, 'sweep', shop.ports)).toBe(true)
  expect(await reportShortfall(short, 'sweep', shop.boot())).toBe(false)
  expect((await shop.order(orderId)).attention).toMatchObject([
    { reason: 'stock_shortfall', detail: 'line 0: CUP at MAIN is short', state: 'open' },
  ])
  const unplaced = { ...short, reservationId: origin('nobody').commandId }
  expect(await reportShortfall(unplaced, 'sweep', shop.ports)).toBe(false)
  expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'OrderNeedsAttention')).toHaveLength(1)
})
