// Goal: at whatever call a process dies, the order ends as if it had not died. Method: the same flow runs again and again
// on a new platform. It dies at its first, second, third … call to the outside, before or after the call is done, until it
// gets through. Then other processes drive the order like the sweep does, once its effects no longer belong to the dead
// process.
import { describe, expect, test } from 'vitest'
import { orderStream, providerStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { changeOrder } from './change-order.ts'
import { placeOrder } from './place-order.ts'
import { recordPaymentNotice } from './record-payment-notice.ts'
import { retryNotice } from './retry-notice.ts'
import { type CrashCall, crashingOutside } from './testing/crashing.ts'
import { type MemoryPlatform, origin, type Process } from './testing/memory-platform.ts'
import { drive, openShop, pay, placed, placing, reserved, sweepFor, total } from './testing/shop.ts'

/** More calls than any of the flows makes. */
const callsMax = 200

type Flow<Given> = {
  readonly given: (shop: MemoryPlatform) => Promise<Given>
  readonly when: (given: Given, ports: Process, shop: MemoryPlatform) => Promise<unknown>
  readonly check: (given: Given, shop: MemoryPlatform, point: CrashCall) => Promise<void>
}

/** Runs a flow with a crash at every point and answers how many points there were. */
const crashEverywhere = async <Given>({ given, when, check }: Flow<Given>): Promise<number> => {
  let points = 0
  for (const moment of ['before', 'after'] as const) {
    for (let call = 1; call <= callsMax; call += 1) {
      const shop = await openShop()
      const known = await given(shop)
      const outside = crashingOutside(shop.outside, { call, when: moment })
      const ended = await Promise.race([when(known, shop.boot(outside), shop).then(() => 'through'), outside.crashed])
      await check(known, shop, { call, when: moment })
      if (ended === 'through') break
      points += 1
    }
  }
  return points
}

const isSold = async (orderId: string, shop: MemoryPlatform, point: CrashCall): Promise<void> => {
  const { status, stock, unsettled } = await shop.order(orderId)
  const sold = {
    status,
    stock: stock.type,
    unsettled,
    net: shop.payments.net(),
    charged: shop.payments.charged().length,
  }
  expect({ ...sold, point }).toEqual({
    status: 'confirmed',
    stock: 'committed',
    unsettled: [],
    net: total,
    charged: 1,
    point,
  })
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 2 })
  expect(await shop.levels('LAMP')).toEqual({ onHand: 10, held: 0, committed: 1 })
}

const isUndone = async (orderId: string, shop: MemoryPlatform, point: CrashCall): Promise<void> => {
  const { status, unsettled, attention } = await shop.order(orderId)
  const { payments } = shop
  const held = payments.intents.filter(({ status }) => status.type === 'authorized').length
  expect({ status, unsettled, attention, net: payments.net(), held, point }).toEqual({
    status: 'cancelled',
    unsettled: [],
    attention: [],
    net: 0,
    held: 0,
    point,
  })
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
  expect(await shop.levels('LAMP')).toEqual({ onHand: 10, held: 0, committed: 0 })
}

const isRequested = (orderId: string, shop: MemoryPlatform): boolean =>
  shop.typesOf(orderStream(orderId)).includes('PaymentRequested')

describe('a process that dies while paying', () => {
  test('is finished by the sweep alone: one charge, all holds committed', async () => {
    const points = await crashEverywhere({
      given: (shop) => placed(shop.ports),
      when: (orderId, ports) => pay(orderId, ports),
      check: async (orderId, shop, point) => {
        await sweepFor(orderId, shop)
        // If the request did not get into the log, nothing has begun, and the shopper pays again.
        if (isRequested(orderId, shop)) await isSold(orderId, shop, point)
        else expect(shop.payments.calls).toEqual([])
      },
    })
    expect(points).toBeGreaterThan(20)
  })

  test('is finished when the shopper asks again with the same key', async () => {
    await crashEverywhere({
      given: (shop) => placed(shop.ports),
      when: (orderId, ports) => pay(orderId, ports),
      check: async (orderId, shop, point) => {
        await pay(orderId, shop.boot())
        await sweepFor(orderId, shop)
        expect(await pay(orderId, shop.boot())).toMatchObject({ status: 'confirmed' })
        await isSold(orderId, shop, point)
      },
    })
  })

  test('and is looked at only when the provider has forgotten its keys leaves no second object and no money without a sale', async () => {
    await crashEverywhere({
      given: (shop) => placed(shop.ports),
      when: (orderId, ports) => pay(orderId, ports),
      check: async (orderId, shop, point) => {
        await shop.pass(90_000)
        await sweepFor(orderId, shop)
        const { status } = await shop.order(orderId)
        const isSale = status === 'confirmed'
        expect({ point, net: shop.payments.net() }).toEqual({ point, net: isSale ? total : 0 })
        expect(isSale || status === 'expired').toBe(true)
        expect(shop.payments.charged()).toHaveLength(isSale ? 1 : 0)
        expect(shop.payments.intents.length).toBeLessThanOrEqual(1)
        expect((await shop.levels('CUP')).held).toBe(0)
      },
    })
  })

  test('with its holds extended first', async () => {
    await crashEverywhere({
      given: async (shop) => {
        const orderId = await placed(shop.ports)
        await shop.pass(600)
        return orderId
      },
      when: (orderId, ports) => pay(orderId, ports),
      check: async (orderId, shop, point) => {
        await pay(orderId, shop.boot())
        await sweepFor(orderId, shop)
        await isSold(orderId, shop, point)
      },
    })
  })
})

describe('a process that dies while recovering', () => {
  test('from a payment whose confirmation succeeded without an answer', async () => {
    await crashEverywhere({
      given: async (shop) => {
        const orderId = await placed(shop.ports)
        shop.payments.fail('confirmIntent', 'after')
        await pay(orderId, shop.ports)
        await shop.pass(11)
        return orderId
      },
      when: (orderId, ports) => drive(orderId, ports),
      check: async (orderId, shop, point) => {
        await sweepFor(orderId, shop)
        await isSold(orderId, shop, point)
      },
    })
  })

  test('from a cancelled sale whose refund succeeded without an answer', async () => {
    await crashEverywhere({
      given: async (shop) => {
        const orderId = await placed(shop.ports)
        await pay(orderId, shop.ports)
        shop.payments.fail('refund', 'after')
        await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), shop.ports)
        await shop.pass(11)
        return orderId
      },
      when: (orderId, ports) => drive(orderId, ports),
      check: async (orderId, shop, point) => {
        await sweepFor(orderId, shop)
        await isUndone(orderId, shop, point)
        expect(shop.payments.refunds).toHaveLength(1)
      },
    })
  })
})

test('a process that dies while placing and paying leaves one order and one charge after a retry', async () => {
  await crashEverywhere({
    given: async (shop) => placing(await reserved(shop.ports), { paymentMethod: 'pm_card' }),
    when: (request, ports) => placeOrder(request, origin('place'), ports),
    check: async (request, shop, point) => {
      const again = await placeOrder(request, origin('place'), shop.boot())
      if ('code' in again) throw new Error(again.code)
      await sweepFor(again.orderId, shop)
      await isSold(again.orderId, shop, point)
    },
  })
})

test('a process that dies while applying a kept webhook: the retry records its fact once', async () => {
  const kept = {
    provider: 'acme',
    providerEventId: 'evt_1',
    eventType: 'payment_intent.succeeded',
    providerObjectId: 'pi_1',
    kind: 'intent',
  } as const
  const notice = {
    eventId: 'evt_1',
    provider: 'acme',
    type: kept.eventType,
    kind: 'intent',
    providerObjectId: 'pi_1',
  } as const
  await crashEverywhere({
    given: async (shop) => {
      const reservation = await reserved(shop.ports)
      const orderId = orderIdOf(reservation.reservationId)
      const order = { orderId, attempt: 1, amount: total, currency: 'EUR', paymentMethod: 'pm_card' }
      await shop.payments.provider.createIntent(order)
      shop.payments.changeOutside('pi_1', { type: 'captured', capturedAmount: total })
      await recordPaymentNotice(notice, origin('evt_1'), shop.ports)
      await placeOrder(placing(reservation), origin('place'), shop.ports)
      return orderId
    },
    when: (_, ports) => retryNotice(kept, 'test', ports),
    check: async (orderId, shop, point) => {
      expect({ point, outcome: await retryNotice(kept, 'test', shop.boot()) }).toEqual({ point, outcome: 'applied' })
      await sweepFor(orderId, shop)
      expect(shop.typesOf(providerStream('evt_1'))).toEqual(['ProviderEventReceived', 'ProviderEventApplied'])
      expect(shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentCaptured')).toHaveLength(1)
      expect(shop.payments.net()).toBe(0)
    },
  })
})

test('a process that dies while cancelling a sale: the payment is refunded once and the holds are closed', async () => {
  await crashEverywhere({
    given: async (shop) => {
      const orderId = await placed(shop.ports)
      await pay(orderId, shop.ports)
      return orderId
    },
    when: (orderId, ports) => changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), ports),
    check: async (orderId, shop, point) => {
      await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), shop.boot())
      await sweepFor(orderId, shop)
      await isUndone(orderId, shop, point)
      expect(shop.payments.refunds.map(({ amount }) => amount)).toEqual([total])
    },
  })
})

test('a process that dies while another one cancels its order: nothing stays captured or held', async () => {
  await crashEverywhere({
    given: (shop) => placed(shop.ports),
    when: (orderId, ports) => pay(orderId, ports),
    check: async (orderId, shop, point) => {
      await changeOrder(orderId, { type: 'CancelOrder', note: null }, origin('cancel'), shop.boot())
      await sweepFor(orderId, shop)
      await isUndone(orderId, shop, point)
    },
  })
})

test('a process that dies after the stock was lost: the authorization is voided', async () => {
  await crashEverywhere({
    given: async (shop) => {
      const orderId = await placed(shop.ports)
      await shop.ports.stock.submit(
        'stock-LAMP@MAIN',
        [{ type: 'CountStock', commandId: origin('count').commandId, quantity: 0, reason: 'stolen' }],
        { correlationId: 'count', causationId: 'count', actor: 'test' },
      )
      return orderId
    },
    when: (orderId, ports) => pay(orderId, ports),
    check: async (orderId, shop, point) => {
      await pay(orderId, shop.boot())
      await sweepFor(orderId, shop)
      const { status } = await shop.order(orderId)
      expect({ status, point, net: shop.payments.net() }).toEqual({ status: 'cancelled', point, net: 0 })
      expect(shop.payments.charged()).toEqual([])
      expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
    },
  })
})
