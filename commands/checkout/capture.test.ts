import { expect, test } from 'vitest'
import { openShop, pay, placed, sweepFor } from '../testing/shop.ts'

test('a capture that fails for good ends the order and closes its stock', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  shop.payments.captureAs({ type: 'capture_failed', reason: 'expired_card' })
  expect(await pay(orderId, shop.ports)).toEqual({ code: 'not_payable' })
  expect(await shop.order(orderId)).toMatchObject({ status: 'cancelled', reason: 'capture_failed', unsettled: [] })
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
})

test('a capture that failed without an answer ends the order as well, once its object is read', async () => {
  const shop = await openShop()
  const orderId = await placed(shop.ports)
  shop.payments.captureAs({ type: 'declined', declineCode: 'expired_card' })
  shop.payments.fail('captureIntent', 'after')
  expect(await pay(orderId, shop.ports)).toMatchObject({ status: 'pending' })
  await sweepFor(orderId, shop)
  expect(await shop.order(orderId)).toMatchObject({ status: 'cancelled', reason: 'capture_failed', unsettled: [] })
  expect(shop.payments.intents.map(({ status }) => status.type)).toEqual(['voided'])
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
})
