import { describe, expect, test } from 'vitest'
import { stockStream } from '#domain/streams.ts'
import { changeProduct, type ProductChange } from './change-product.ts'
import type { EventLog } from './ports.ts'
import { reservationIdOf } from './reserve-stock.ts'
import { type MemoryPlatform, noon, origin } from './testing/memory-platform.ts'
import {
  answers,
  cupsAreFree,
  givenShop,
  hasReserved,
  levelsAre,
  receives,
  refuses,
  reserves,
  reservesElsewhere,
  type ShopWorld,
  stockEvents,
  timePasses,
} from './testing/reserving.ts'
import { type Action, afterwards, type Expectation, givenIn, type Step, sameAnswerTo } from './testing/scenario.ts'
import { listProduct, openShop, receive, reserve, reserved } from './testing/shop.ts'

const cups = stockStream('CUP', 'MAIN')
const lamps = stockStream('LAMP', 'MAIN')
const typesSince = (shop: MemoryPlatform, stream: string): readonly string[] => shop.typesOf(stream).slice(1)

/** A log that never answers appends to one stream, whether it stores them or not. */
const silentAbout = (stream: string, log: EventLog, does: boolean): EventLog => ({
  ...log,
  append: async (name, ...asked) => {
    if (name !== stream) return log.append(name, ...asked)
    if (does) await log.append(name, ...asked)
    return new Promise(() => undefined)
  },
})

test('holds every line and answers what placing needs', () => {
  const line = { line: 0, sku: 'CUP', quantity: 2, location: 'MAIN', unitPrice: 1_250, priceRevision: 0 }
  return givenShop()
    .when(reserves())
    .then(
      answers({
        outcome: 'reserved',
        reservationId: reservationIdOf(origin('reserve').commandId),
        lines: [
          { ...line, expiresAt: noon + 900_000 },
          { ...line, line: 1, sku: 'LAMP', quantity: 1, unitPrice: 3_000, expiresAt: noon + 900_000 },
        ],
        currency: 'EUR',
        expiresAt: noon + 900_000,
      }),
      levelsAre('CUP', 10, 2, 0),
    )
})

describe('lines of one sku', () => {
  const sixCups = { sku: 'CUP', quantity: 6 }

  test('are decided together: they cannot both get the last units', () =>
    givenShop()
      .when(reserves({ lines: [sixCups, sixCups] }))
      .then(
        refuses('out_of_stock', { lines: [{ line: 1, sku: 'CUP', location: 'MAIN', quantity: 6, available: 4 }] }),
        stockEvents('CUP', 'StockReceived', 'StockReserved', 'ReservationsRefused', 'ReservationReleased'),
        cupsAreFree,
      ))

  test('can be named with and without their location', () =>
    givenShop()
      .when(reserves({ lines: [{ ...sixCups, location: 'MAIN' }, sixCups] }))
      .then(answers({ code: 'out_of_stock' }), cupsAreFree))

  test('a thousand of them are one append', async () => {
    const shop = await openShop()
    await receive('CUP', 990, shop.ports)
    let appends = 0
    const log: EventLog = {
      ...shop.log,
      append: (...asked) => {
        appends += 1
        return shop.log.append(...asked)
      },
    }
    const lines = Array.from({ length: 1_000 }, () => ({ sku: 'CUP', quantity: 1 }))
    const answer = await reserved(shop.boot({ log }), { lines })
    expect(answer.lines.map(({ line }) => line)).toEqual(lines.map((_, line) => line))
    expect(appends).toBe(1)
    expect((await shop.levels('CUP')).held).toBe(1_000)
  })
})

describe('several locations', () => {
  const givenShopOfTwo = givenIn(async (): Promise<ShopWorld> => {
    return { shop: await openShop({ locations: ['MAIN', 'EAST'] }) }
  })
  /** The stock of cups at a location refused this line. */
  const refusedAt =
    (location: string, refusal: object): Expectation<ShopWorld, unknown> =>
    ({ shop }) => {
      const refused = shop.eventsOf(stockStream('CUP', location)).find(({ type }) => type === 'ReservationsRefused')
      expect(refused?.data).toMatchObject({ refusals: [refusal] })
    }
  /** No cups of a location were ever asked for. */
  const notAskedAt =
    (location: string): Expectation<ShopWorld, unknown> =>
    ({ shop }) =>
      expect(shop.typesOf(stockStream('CUP', location))).toEqual(['StockReceived'])

  test('a line comes completely from the first location that has it', () => {
    const eightCups = { sku: 'CUP', quantity: 8 }
    return givenShopOfTwo(receives('CUP', 20, 'EAST'))
      .when(reserves({ lines: [eightCups, eightCups] }))
      .then(
        answers({ outcome: 'reserved', lines: [{ location: 'MAIN' }, { location: 'EAST' }] }),
        refusedAt('MAIN', { line: 1, available: 2, final: false }),
      )
  })

  test('a line is refused after the last location, with the most that is available', () =>
    givenShopOfTwo(receives('CUP', 5, 'EAST'))
      .when(reserves({ lines: [{ sku: 'CUP', quantity: 12 }] }))
      .then(
        answers({ code: 'out_of_stock', lines: [{ line: 0, location: 'MAIN', available: 10 }] }),
        refusedAt('EAST', { line: 0, available: 5, final: true }),
      ))

  test('the wanted location is used', () =>
    givenShopOfTwo(receives('CUP', 5, 'EAST'))
      .when(reserves({ lines: [{ sku: 'CUP', quantity: 6, location: 'EAST' }] }))
      .then(answers({ code: 'out_of_stock', lines: [{ location: 'EAST' }] }), notAskedAt('MAIN')))

  test('a repetition does not hold at another location what was released at one', () => {
    const lines = [
      { sku: 'CUP', quantity: 1 },
      { sku: 'LAMP', quantity: 11 },
    ]
    return givenShopOfTwo(receives('CUP', 20, 'EAST'))
      .when(reserves({ lines }))
      .then(sameAnswerTo(reservesElsewhere({ lines })), notAskedAt('EAST'))
  })

  test('nor does a repetition with other terms', () =>
    givenShopOfTwo(receives('CUP', 20, 'EAST'), hasReserved({ lines: [{ sku: 'CUP', quantity: 1 }] }))
      .when(reserves({ lines: [{ sku: 'CUP', quantity: 2 }] }))
      .then(refuses('reservation_conflict'), notAskedAt('EAST')))
})

const twoCups = { sku: 'CUP', quantity: 2 }

describe('a line that is refused', () => {
  const lines = [twoCups, { sku: 'LAMP', quantity: 11 }]

  test('releases the others', () =>
    givenShop()
      .when(reserves({ lines }))
      .then(
        answers({ code: 'out_of_stock', lines: [{ line: 1 }] }),
        stockEvents('CUP', 'StockReceived', 'StockReserved', 'ReservationReleased'),
      ))

  test('gets the same answer for a minute, although there is stock again', () =>
    givenShop()
      .when(reserves({ lines }))
      .then(
        receives('LAMP', 5),
        timePasses(59),
        sameAnswerTo(reservesElsewhere({ lines })),
        timePasses(1),
        // It is decided anew, but the other line was released and cannot be held again.
        afterwards(reservesElsewhere({ lines }), refuses('reservation_closed')),
        levelsAre('LAMP', 15, 0, 0),
      ))

  test('does not change a hold with the same id and another expiry', () => {
    const reservationId = reservationIdOf(origin('reserve').commandId)
    const lateRelease: Action<ShopWorld, unknown> = ({ shop }) =>
      shop.ports.stock.submit(
        cups,
        [
          {
            type: 'ReleaseHold',
            commandId: origin('late release').commandId,
            reservationId,
            line: 0,
            firstExpiresAt: noon + 1,
            cause: null,
          },
        ],
        { correlationId: reservationId, causationId: 'test', actor: 'test' },
      )
    return givenShop(hasReserved({ lines: [twoCups] }))
      .when(lateRelease)
      .then(levelsAre('CUP', 10, 2, 0))
  })
})

describe('a repetition', () => {
  test('gets the same holds, and writes nothing', () =>
    givenShop()
      .when(reserves())
      .then(timePasses(600), sameAnswerTo(reservesElsewhere()), stockEvents('CUP', 'StockReceived', 'StockReserved')))

  test('of an ended one is answered as ended', () =>
    givenShop(reserves(), timePasses(901), reserves({ name: 'other', lines: [{ sku: 'CUP', quantity: 10 }] }))
      .when(reserves({ lines: [twoCups] }))
      .then(refuses('reservation_closed')))
})

for (const does of [false, true])
  test(`no answer about one line (${does ? 'held' : 'not held'}): the others wait for the repetition`, async () => {
    const shop = await openShop()
    const asked = reserve(shop.boot({ log: silentAbout(lamps, shop.log, does) })).catch((error: unknown) => error)
    await shop.pass(3)
    expect(await asked).toMatchObject({ name: 'NoAnswer', code: 'outcome_unknown' })
    expect((await shop.levels('CUP')).held).toBe(2)
    const again = await reserved(shop.boot())
    expect(again.lines.map(({ expiresAt }) => expiresAt - noon)).toEqual([900_000, does ? 900_000 : 903_000])
    expect(again.expiresAt).toBe(noon + 900_000)
    expect(typesSince(shop, cups)).toEqual(['StockReserved'])
    expect(typesSince(shop, lamps)).toEqual(['StockReserved'])
  })

describe('wrong terms', () => {
  const cup = { sku: 'CUP', quantity: 1 }
  const nothingHeld = stockEvents('CUP', 'StockReceived')
  const priceRead: Step<ShopWorld> = ({ shop }) => shop.ports.productTerms('CUP')
  const cupsChange =
    (change: ProductChange): Step<ShopWorld> =>
    ({ shop }) =>
      changeProduct('CUP', change, origin(change.type), shop.ports)
  const penListedInFrancs: Step<ShopWorld> = ({ shop }) => listProduct('PEN', 200, shop.ports, 'CHF')

  test('a sku that was never listed', () =>
    givenShop()
      .when(reserves({ lines: [cup, { sku: 'TEAPOT', quantity: 1 }] }))
      .then(refuses('unknown_sku', { sku: 'TEAPOT' }), nothingHeld))

  test('a discontinued product', () =>
    givenShop(cupsChange({ type: 'DiscontinueProduct', reason: null }))
      .when(reserves({ lines: [cup] }))
      .then(refuses('product_discontinued', { sku: 'CUP' }), nothingHeld))

  test('another price than the shopper saw', () =>
    givenShop(priceRead, cupsChange({ type: 'PriceProduct', unitPrice: 1_400, currency: 'EUR' }))
      .when(reserves({ lines: [{ ...cup, expectedUnitPrice: 1_250 }] }))
      .then(refuses('price_changed', { sku: 'CUP', unitPrice: 1_400, currency: 'EUR' }), nothingHeld))

  test('two currencies', () =>
    givenShop(penListedInFrancs)
      .when(reserves({ lines: [cup, { sku: 'PEN', quantity: 1 }] }))
      .then(refuses('mixed_currency'), nothingHeld))

  test('a location that does not exist', () =>
    givenShop()
      .when(reserves({ lines: [{ ...cup, location: 'MOON' }] }))
      .then(refuses('unknown_location', { location: 'MOON' }), nothingHeld))
})
