// The bare checkout sells, under a load that is too small to measure speed.
import { expect, test } from 'vitest'
import { openBareCheckout } from './shop.ts'

test('charges each order once and commits its unit', async () => {
  const shop = await openBareCheckout({ clients: 4, paymentLatencyMilliseconds: 0 })
  try {
    expect(await shop.readRecords()).toEqual({ paidOnce: 0, paidWrongly: 0, committed: 0, oversold: 0 })
    const buyUnit = shop.createBuyer('inline')
    await Promise.all(shop.skus.map((sku, shopper) => buyUnit(sku, shopper)))
    expect(await shop.readRecords()).toEqual({ paidOnce: 100, paidWrongly: 0, committed: 100, oversold: 0 })
  } finally {
    await shop.close()
  }
})
