import { describe, expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { type PlaceRequest, placeOrder } from './place-order.ts'
import { releaseReservation } from './release-reservation.ts'
import { type MemoryPlatform, noon, origin, type Process } from './testing/memory-platform.ts'
import { openShop, pay, person, placing, reserved, sweepFor, total } from './testing/shop.ts'

const place = (request: PlaceRequest, ports: Process, name = 'place') => placeOrder(request, origin(name), ports)
const ordersIn = (shop: MemoryPlatform): number => shop.log.all().filter(({ type }) => type === 'OrderPlaced').length

test('an order has the terms of its reservation, and the person sealed', async () => {
  const shop = await openShop()
  const reservation = await reserved(shop.ports)
  expect(await place(placing(reservation), shop.ports)).toMatchObject({
    outcome: 'placed',
    orderId: orderIdOf(reservation.reservationId),
    status: 'placed',
    total,
    currency: 'EUR',
    expiresAt: noon + 900_000,
    payment: null,
  })
  const stored = JSON.stringify(
    shop.eventsOf(orderStream(orderIdOf(reservation.reservationId))).map(({ data }) => data),
  )
  for (const personal of [person.email, person.name, person.address.line1, person.address.city])
    expect(stored).not.toContain(personal)
})

describe('the same request again', () => {
  test('is the same order at any time', async () => {
    const shop = await openShop()
    const request = placing(await reserved(shop.ports))
    const first = await place(request, shop.ports)
    await shop.pass(5_000)
    expect(await place(request, shop.boot())).toMatchObject(first)
    expect(ordersIn(shop)).toBe(1)
  })

  test('twice at once, with one key or two, is one order', async () => {
    const shop = await openShop()
    const request = placing(await reserved(shop.ports))
    const answers = await Promise.all([
      place(request, shop.boot(), 'one'),
      place(request, shop.boot(), 'one'),
      place(request, shop.ports, 'two'),
    ])
    expect(new Set(answers.map((answer) => 'orderId' in answer && answer.orderId)).size).toBe(1)
    expect(ordersIn(shop)).toBe(1)
  })

  test('with a payment, twice at once, is one charge with the same answer', async () => {
    const shop = await openShop()
    const request = placing(await reserved(shop.ports), { paymentMethod: 'pm_card' })
    const answers = await Promise.all([place(request, shop.ports), place(request, shop.ports)])
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 'confirmed', payment: { status: 'confirmed' } })
    expect(shop.payments.net()).toBe(total)
    expect(shop.payments.intents).toHaveLength(1)
  })
})

describe('another request for the same reservation', () => {
  const others: Readonly<Record<string, Partial<PlaceRequest>>> = {
    'by another person': { person: { ...person, email: 'eve@example.com' } },
    'to another address': { person: { ...person, address: { ...person.address, line1: 'Side Street 2' } } },
    'to another country': { country: 'FR' },
    'with manual confirmation': { confirm: 'manual' },
  }
  for (const [name, change] of Object.entries(others))
    test(name, async () => {
      const shop = await openShop()
      const reservation = await reserved(shop.ports)
      await place(placing(reservation), shop.ports)
      expect(await place(placing(reservation, change), shop.ports)).toEqual({ code: 'already_placed' })
    })

  test('at the same time leads to one order', async () => {
    const shop = await openShop()
    const reservation = await reserved(shop.ports)
    const answers = await Promise.all([
      place(placing(reservation), shop.boot()),
      place(placing(reservation, { country: 'FR' }), shop.boot()),
    ])
    expect(answers.map((answer) => ('code' in answer ? answer.code : answer.outcome)).sort()).toEqual([
      'already_placed',
      'placed',
    ])
    expect(ordersIn(shop)).toBe(1)
  })
})

test('after the reservation has expired', async () => {
  const shop = await openShop()
  const request = placing(await reserved(shop.ports))
  await shop.pass(900)
  expect(await place(request, shop.ports)).toEqual({ code: 'expired' })
})

describe('paid at once', () => {
  const appendsUntilIntent = async (ttlSeconds: number) => {
    const shop = await openShop()
    const writes: string[][] = []
    const { ports } = shop
    const reservation = await reserved(ports, { ttlSeconds })
    const orders: Process['orders'] = {
      ...ports.orders,
      submit: async (stream, commands, ...rest) => {
        writes.push(commands.map(({ type }) => type))
        return ports.orders.submit(stream, commands, ...rest)
      },
    }
    await place(placing(reservation, { paymentMethod: 'pm_card' }), { ...ports, orders })
    return writes.slice(0, 2)
  }
  test('is one append if the holds outlast the payment window', async () => {
    expect(await appendsUntilIntent(600)).toEqual([['PlaceOrder', 'RequestPayment'], ['RecordIntentStatus']])
  })
  test('is two appends if they do not, because they are extended in between', async () => {
    expect(await appendsUntilIntent(599)).toEqual([['PlaceOrder'], ['RequestPayment']])
  })
  const placePaid = async (paymentMethod: string) => {
    const shop = await openShop()
    const request = placing(await reserved(shop.ports), { paymentMethod })
    return { shop, request, first: await place(request, shop.ports) }
  }
  test('a declined card leaves it placed and payable', async () => {
    const { shop, request, first } = await placePaid('pm_declined')
    expect(first).toMatchObject({
      status: 'placed',
      payment: { status: 'declined', declineCode: 'insufficient_funds' },
    })
    expect(await place(request, shop.boot())).toMatchObject({ status: 'placed', payment: { status: 'declined' } })
    expect(shop.payments.intents).toHaveLength(1)
    if ('code' in first) throw new Error(first.code)
    expect(await pay(first.orderId, shop.ports)).toMatchObject({ status: 'confirmed' })
  })
  test('a card that needs authentication', async () => {
    const { shop, request, first } = await placePaid('pm_action')
    const asked = { status: 'requires_action', payment: { status: 'requires_action', clientSecret: 'pi_1_secret' } }
    expect(first).toMatchObject(asked)
    expect(await place(request, shop.boot())).toMatchObject(asked)
  })
})

describe('releasing a reservation', () => {
  const reservedIn = async () => {
    const shop = await openShop()
    return { shop, reservation: await reserved(shop.ports) }
  }
  test('releases every hold; a repetition changes nothing', async () => {
    const { shop, reservation } = await reservedIn()
    for (const _ of [1, 2])
      expect(await releaseReservation(reservation, origin('release'), shop.boot())).toMatchObject({
        outcome: 'released',
      })
    expect(shop.typesOf('stock-CUP@MAIN')).toEqual(['StockReceived', 'StockReserved', 'ReservationReleased'])
  })
  test('is refused once it is placed', async () => {
    const { shop, reservation } = await reservedIn()
    await place(placing(reservation), shop.ports)
    expect(await releaseReservation(reservation, origin('release'), shop.ports)).toEqual({ code: 'already_placed' })
    expect((await shop.levels('CUP')).held).toBe(2)
  })
  test('after its expiry appends nothing', async () => {
    const { shop, reservation } = await reservedIn()
    await shop.pass(4_600)
    expect(await releaseReservation(reservation, origin('release'), shop.boot())).toMatchObject({ outcome: 'released' })
  })
  test('before a late placement: the payment finds the stock lost', async () => {
    const { shop, reservation } = await reservedIn()
    await releaseReservation(reservation, origin('release'), shop.ports)
    const answer = await place(placing(reservation, { paymentMethod: 'pm_card' }), shop.ports)
    expect(answer).toMatchObject({ outcome: 'placed', status: 'cancelled', payment: { code: 'stock_lost' } })
    expect(shop.payments.charged()).toEqual([])
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
  })
  test('at the same time as a placement with payment: one of them wins', async () => {
    const { shop, reservation } = await reservedIn()
    const [answer] = await Promise.all([
      place(placing(reservation, { paymentMethod: 'pm_card' }), shop.boot()),
      releaseReservation(reservation, origin('release'), shop.boot()),
    ])
    if ('code' in answer) throw new Error(answer.code)
    await sweepFor(answer.orderId, shop)
    const { status } = await shop.order(answer.orderId)
    expect(shop.payments.net()).toBe(status === 'confirmed' ? total : 0)
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: status === 'confirmed' ? 2 : 0 })
  })
})
