import { describe, expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { type PlaceRequest, placeOrder } from './place-order.ts'
import { releaseReservation } from './release-reservation.ts'
import { type MemoryPlatform, noon, origin, type Process } from './testing/memory-platform.ts'
import { paymentObjects, pays } from './testing/paying.ts'
import { givenReservation, places, placesElsewhere, type ReservationWorld } from './testing/placing.ts'
import { answers, cupsAreFree, levelsAre, refuses, stockEvents, timePasses } from './testing/reserving.ts'
import { type Action, afterwards, sameAnswerTo } from './testing/scenario.ts'
import { openShop, person, placing, reserved, sweepFor, total } from './testing/shop.ts'

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
  test('is the same order at any time', () =>
    givenReservation()
      .when(places())
      .then(timePasses(5_000), sameAnswerTo(placesElsewhere()), ({ shop }) => expect(ordersIn(shop)).toBe(1)))

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
    test(name, () => givenReservation(places()).when(places(change)).then(refuses('already_placed')))

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

test('after the reservation has expired', () =>
  givenReservation(timePasses(900)).when(places()).then(refuses('expired')))

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
  test('a declined card leaves it placed and payable', () => {
    const declined = { paymentMethod: 'pm_declined' }
    return givenReservation()
      .when(places(declined))
      .then(
        answers({ status: 'placed', payment: { status: 'declined', declineCode: 'insufficient_funds' } }),
        afterwards(placesElsewhere(declined), answers({ status: 'placed', payment: { status: 'declined' } })),
        paymentObjects('voided'),
        afterwards(pays(), answers({ status: 'confirmed' })),
      )
  })
  test('a card that needs authentication', () => {
    const action = { paymentMethod: 'pm_action' }
    const asked = { status: 'requires_action', payment: { status: 'requires_action', clientSecret: 'pi_1_secret' } }
    return givenReservation()
      .when(places(action))
      .then(answers(asked), afterwards(placesElsewhere(action), answers(asked)))
  })
})

describe('releasing a reservation', () => {
  const paid = { paymentMethod: 'pm_card' }
  const releases: Action<ReservationWorld, unknown> = ({ shop, reservation }) =>
    releaseReservation(reservation, origin('release'), shop.ports)
  const releasesElsewhere: Action<ReservationWorld, unknown> = ({ shop, reservation }) =>
    releaseReservation(reservation, origin('release'), shop.boot())

  test('releases every hold; a repetition changes nothing', () =>
    givenReservation()
      .when(releasesElsewhere)
      .then(
        answers({ outcome: 'released' }),
        afterwards(releasesElsewhere, answers({ outcome: 'released' })),
        stockEvents('CUP', 'StockReceived', 'StockReserved', 'ReservationReleased'),
      ))

  test('is refused once it is placed', () =>
    givenReservation(places())
      .when(releases)
      .then(refuses('already_placed'), levelsAre('CUP', 10, 2, 0)))

  test('after its expiry is not refused', () =>
    givenReservation(timePasses(4_600))
      .when(releasesElsewhere)
      .then(answers({ outcome: 'released' })))

  test('before a late placement: the payment finds the stock lost', () =>
    givenReservation(releases)
      .when(places(paid))
      .then(
        answers({ outcome: 'placed', status: 'cancelled', payment: { code: 'stock_lost' } }),
        ({ shop }) => expect(shop.payments.charged()).toEqual([]),
        cupsAreFree,
      ))

  test('at the same time as a placement with payment: one of them wins', async () => {
    const shop = await openShop()
    const reservation = await reserved(shop.ports)
    const [answer] = await Promise.all([
      place(placing(reservation, paid), shop.boot()),
      releaseReservation(reservation, origin('release'), shop.boot()),
    ])
    if ('code' in answer) throw new Error(answer.code)
    await sweepFor(answer.orderId, shop)
    const { status } = await shop.order(answer.orderId)
    expect(shop.payments.net()).toBe(status === 'confirmed' ? total : 0)
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: status === 'confirmed' ? 2 : 0 })
  })
})
