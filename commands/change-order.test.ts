import { describe, expect, test } from 'vitest'
import { orderStream, stockStream } from '#domain/streams.ts'
import { changeOrder, type OrderChange } from './change-order.ts'
import { type MemoryPlatform, manualConfirmSeconds, origin, type Process } from './testing/memory-platform.ts'
import { drive, openShop, pay, placed, sweepFor, total } from './testing/shop.ts'

const change = (orderId: string, wanted: OrderChange, ports: Process, name: string = wanted.type) =>
  changeOrder(orderId, wanted, origin(name), ports)
const confirm: OrderChange = { type: 'RequestConfirmation' }
const cancel: OrderChange = { type: 'CancelOrder', note: null }
const ship: OrderChange = { type: 'ShipOrder', lines: null, carrier: 'DHL', trackingNumber: '1' }
const empty = { onHand: 10, held: 0, committed: 0 }

const authorized = async (shop: MemoryPlatform): Promise<string> => {
  const orderId = await placed(shop.ports, { confirm: 'manual' })
  expect(await pay(orderId, shop.ports)).toMatchObject({ status: 'authorized' })
  return orderId
}
const sold = async (shop: MemoryPlatform): Promise<string> => {
  const orderId = await placed(shop.ports)
  await pay(orderId, shop.ports)
  return orderId
}

describe('confirming by hand', () => {
  test('the holds last as long as the authorization', async () => {
    const shop = await openShop()
    const orderId = await authorized(shop)
    const { expiresAt } = { expiresAt: shop.now() + manualConfirmSeconds * 1_000 }
    const extended = shop.eventsOf(stockStream('CUP', 'MAIN')).filter(({ type }) => type === 'ReservationExtended')
    expect(extended.map(({ data }) => 'expiresAt' in data && data.expiresAt)).toEqual([expiresAt])
    await shop.pass(manualConfirmSeconds - 60)
    await sweepFor(orderId, shop, 1)
    expect(await change(orderId, confirm, shop.ports)).toMatchObject({ outcome: 'changed', status: 'confirmed' })
    expect(await change(orderId, confirm, shop.boot())).toMatchObject({ outcome: 'changed', status: 'confirmed' })
    expect(shop.payments.net()).toBe(total)
  })

  test('if nobody does, the order expires, and the authorization and the holds are released', async () => {
    const shop = await openShop()
    const orderId = await authorized(shop)
    await shop.pass(manualConfirmSeconds)
    await sweepFor(orderId, shop, 2)
    expect((await shop.order(orderId)).status).toBe('expired')
    expect(shop.payments.charged()).toEqual([])
    expect(await shop.levels('CUP')).toEqual(empty)
    expect(await change(orderId, confirm, shop.ports)).toEqual({ code: 'expired' })
  })

  test('is refused if the stock was lost', async () => {
    const shop = await openShop()
    const orderId = await authorized(shop)
    await shop.ports.stock.submit(
      stockStream('LAMP', 'MAIN'),
      [{ type: 'CountStock', commandId: origin('count').commandId, quantity: 0, reason: 'stolen' }],
      { correlationId: 'count', causationId: 'count', actor: 'test' },
    )
    expect(await change(orderId, confirm, shop.ports)).toEqual({ code: 'stock_lost' })
    expect(await change(orderId, confirm, shop.boot())).toEqual({ code: 'stock_lost' })
    expect(shop.payments.charged()).toEqual([])
  })

  test('is refused if the payment was lost', async () => {
    const shop = await openShop()
    const orderId = await authorized(shop)
    shop.payments.changeOutside('pi_1', { type: 'voided' })
    expect(await change(orderId, confirm, shop.ports)).toEqual({ code: 'not_confirmable' })
    expect(await shop.order(orderId)).toMatchObject({ status: 'cancelled', reason: 'capture_failed', unsettled: [] })
    expect(await shop.levels('CUP')).toEqual(empty)
  })

  test('a repetition after the sale was cancelled is not refused', async () => {
    const shop = await openShop()
    const orderId = await authorized(shop)
    await change(orderId, confirm, shop.ports)
    await change(orderId, cancel, shop.ports)
    expect(await change(orderId, confirm, shop.boot())).toMatchObject({ outcome: 'changed', status: 'cancelled' })
  })

  test('of an order that confirms by itself', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    expect(await change(orderId, confirm, shop.ports)).toEqual({ code: 'not_confirmable' })
  })
})

describe('cancelling', () => {
  const states: Readonly<Record<string, (shop: MemoryPlatform) => Promise<string>>> = {
    placed: (shop) => placed(shop.ports),
    declined: async (shop) => {
      const orderId = await placed(shop.ports)
      await pay(orderId, shop.ports, { paymentMethod: 'pm_declined' })
      return orderId
    },
    requires_action: async (shop) => {
      const orderId = await placed(shop.ports)
      await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
      return orderId
    },
    'of unknown outcome': async (shop) => {
      const orderId = await placed(shop.ports)
      shop.payments.fail('createIntent', 'after')
      await pay(orderId, shop.ports)
      return orderId
    },
    authorized,
    confirmed: sold,
  }
  for (const [name, given] of Object.entries(states))
    test(`an order that is ${name}: nothing is kept, no hold stays`, async () => {
      const shop = await openShop()
      const orderId = await given(shop)
      expect(await change(orderId, cancel, shop.ports)).toMatchObject({ outcome: 'changed', status: 'cancelled' })
      expect(await change(orderId, cancel, shop.boot())).toMatchObject({ outcome: 'changed', status: 'cancelled' })
      await sweepFor(orderId, shop)
      expect(shop.payments.net()).toBe(0)
      expect(shop.payments.intents.filter(({ status }) => !['voided', 'captured'].includes(status.type))).toEqual([])
      expect(await shop.levels('CUP')).toEqual(empty)
      expect(await shop.levels('LAMP')).toEqual(empty)
      expect((await shop.order(orderId)).unsettled).toEqual([])
    })

  test('of a shipped order', async () => {
    const shop = await openShop()
    const orderId = await sold(shop)
    await change(orderId, ship, shop.ports)
    expect(await change(orderId, cancel, shop.ports)).toEqual({ code: 'already_shipped' })
  })

  test('of a missing order', async () => {
    const shop = await openShop()
    expect(await change(origin('nobody').commandId, cancel, shop.ports)).toEqual({ code: 'not_found' })
  })
})

describe('expiry against payment', () => {
  test('if the expiry is first, the payment is refused', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await shop.pass(900)
    await drive(orderId, shop.boot())
    expect(await pay(orderId, shop.ports)).toEqual({ code: 'expired' })
    expect(shop.payments.calls).toEqual([])
  })
  test('if the payment is first, the order does not expire while its outcome is unknown', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    shop.payments.fail('captureIntent', 'before')
    await pay(orderId, shop.ports)
    await shop.pass(900)
    await sweepFor(orderId, shop)
    expect((await shop.order(orderId)).status).toBe('confirmed')
    expect(shop.payments.net()).toBe(total)
  })
  test('if both come at once, the order is sold or ended, never half of each', async () => {
    const shop = await openShop()
    const orderId = await placed(shop.ports)
    await shop.pass(899)
    const paying = pay(orderId, shop.boot())
    await Promise.all([paying, shop.pass(1).then(() => drive(orderId, shop.boot()))])
    await sweepFor(orderId, shop)
    const isSale = (await shop.order(orderId)).status === 'confirmed'
    expect(shop.payments.net()).toBe(isSale ? total : 0)
    expect(await shop.levels('CUP')).toEqual({ ...empty, committed: isSale ? 2 : 0 })
  })
})

describe('after the sale', () => {
  const step = (shop: MemoryPlatform, orderId: string, wanted: OrderChange, name: string = wanted.type) =>
    change(orderId, wanted, shop.ports, name)

  test('shipments, delivery, return and refund are each settled once', async () => {
    const shop = await openShop()
    const orderId = await sold(shop)
    const parcel: OrderChange = { ...ship, lines: [{ sku: 'CUP', quantity: 1 }] }
    expect(await step(shop, orderId, parcel, 'first parcel')).toMatchObject({ status: 'confirmed' })
    expect(await step(shop, orderId, parcel, 'first parcel')).toMatchObject({ status: 'confirmed' })
    expect(await shop.levels('CUP')).toEqual({ onHand: 9, held: 0, committed: 1 })
    expect(await step(shop, orderId, ship, 'the rest')).toMatchObject({ status: 'shipped' })
    expect(await shop.levels('CUP')).toEqual({ onHand: 8, held: 0, committed: 0 })
    expect(await shop.levels('LAMP')).toEqual({ onHand: 9, held: 0, committed: 0 })
    expect(await step(shop, orderId, { type: 'DeliverOrder' })).toMatchObject({ status: 'delivered' })

    const back: OrderChange = {
      type: 'ReturnOrder',
      lines: [{ sku: 'CUP', quantity: 2 }],
      restock: true,
      reason: 'unwanted',
    }
    expect(await step(shop, orderId, back)).toMatchObject({ status: 'delivered' })
    await step(shop, orderId, back)
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
    const refund: OrderChange = {
      type: 'RefundOrder',
      scope: { type: 'lines', lines: [{ sku: 'CUP', quantity: 2 }] },
      reason: 'unwanted',
    }
    await step(shop, orderId, refund)
    await step(shop, orderId, refund)
    expect(shop.payments.net()).toBe(3_000)
    expect(await shop.order(orderId)).toMatchObject({ unsettled: [], attention: [] })
  })

  test('a refund whose answer is lost is made once', async () => {
    for (const fault of ['before', 'after'] as const) {
      const shop = await openShop()
      const orderId = await sold(shop)
      shop.payments.fail('refund', fault)
      const refund: OrderChange = { type: 'RefundOrder', scope: { type: 'remainder' }, reason: 'goodwill' }
      await step(shop, orderId, refund)
      await sweepFor(orderId, shop)
      expect(shop.payments.refunds.map(({ amount }) => amount)).toEqual([total])
      expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentRefunded')).toHaveLength(1)
    }
  })

  test('a refusal by the stock calls for attention, for any number of lines', async () => {
    const shop = await openShop()
    const lines = Array.from({ length: 10 }, () => ({ sku: 'CUP', quantity: 1 }))
    const orderId = await placed(shop.ports, { reserving: { lines } })
    await pay(orderId, shop.ports)
    await shop.ports.stock.submit(
      stockStream('CUP', 'MAIN'),
      [{ type: 'CountStock', commandId: origin('count').commandId, quantity: 0, reason: 'stolen' }],
      { correlationId: 'count', causationId: 'count', actor: 'test' },
    )
    expect(await step(shop, orderId, ship)).toMatchObject({ status: 'shipped' })
    const { attention } = await shop.order(orderId)
    expect(attention).toMatchObject([{ reason: 'stock_settlement_failed', state: 'open' }])
    await shop.ports.stock.submit(
      stockStream('CUP', 'MAIN'),
      [{ type: 'CountStock', commandId: origin('again').commandId, quantity: 10, reason: 'found' }],
      { correlationId: 'count', causationId: 'count', actor: 'test' },
    )
    const resume: OrderChange = { type: 'ResolveAttention', action: 'resume', reason: 'counted again' }
    expect(await step(shop, orderId, resume)).toMatchObject({ status: 'shipped' })
    expect(await shop.order(orderId)).toMatchObject({ unsettled: [], attention: [] })
    expect(await shop.levels('CUP')).toEqual({ onHand: 0, held: 0, committed: 0 })
  })
})
