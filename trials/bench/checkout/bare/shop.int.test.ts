// Goal: the ceiling sells, at a load so small that it says nothing of speed.
import { expect, test } from 'vitest'
import { openBareShop } from './shop.ts'

test('each order is charged once, and its unit committed', async () => {
  const shop = await openBareShop({ clients: 4, paymentLatencyMilliseconds: 0 })
  try {
    expect(await shop.books()).toEqual({ paidOnce: 0, paidWrongly: 0, committed: 0, oversold: 0 })
    const buy = shop.buyer('inline')
    await Promise.all(shop.skus.map((sku, shopper) => buy(sku, shopper)))
    expect(await shop.books()).toEqual({ paidOnce: 100, paidWrongly: 0, committed: 100, oversold: 0 })
  } finally {
    await shop.close()
  }
})
