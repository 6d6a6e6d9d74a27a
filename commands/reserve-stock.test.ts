import { describe, expect, test } from 'vitest'
import { stockStream } from '#domain/streams.ts'
import { changeProduct } from './change-product.ts'
import type { LineToReserve } from './hold-lines.ts'
import type { EventLog } from './ports.ts'
import { reservationIdOf } from './reserve-stock.ts'
import { type MemoryPlatform, noon, origin } from './testing/memory-platform.ts'
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

test('holds every line and answers what placing needs', async () => {
  const shop = await openShop()
  const line = { line: 0, sku: 'CUP', quantity: 2, location: 'MAIN', unitPrice: 1_250, priceRevision: 0 }
  expect(await reserve(shop.ports)).toMatchObject({
    outcome: 'reserved',
    reservationId: reservationIdOf(origin('reserve').commandId),
    lines: [
      { ...line, expiresAt: noon + 900_000 },
      { ...line, line: 1, sku: 'LAMP', quantity: 1, unitPrice: 3_000, expiresAt: noon + 900_000 },
    ],
    currency: 'EUR',
    expiresAt: noon + 900_000,
  })
  expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 2, committed: 0 })
})

describe('lines of one sku', () => {
  test('are decided together: they cannot both get the last units', async () => {
    const shop = await openShop()
    const lines = [
      { sku: 'CUP', quantity: 6 },
      { sku: 'CUP', quantity: 6 },
    ]
    expect(await reserve(shop.ports, { lines })).toEqual({
      code: 'out_of_stock',
      lines: [{ line: 1, sku: 'CUP', location: 'MAIN', quantity: 6, available: 4 }],
    })
    expect(typesSince(shop, cups)).toEqual(['StockReserved', 'ReservationsRefused', 'ReservationReleased'])
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
  })

  test('can be named with and without their location', async () => {
    const shop = await openShop()
    const lines = [
      { sku: 'CUP', quantity: 6, location: 'MAIN' },
      { sku: 'CUP', quantity: 6 },
    ]
    expect(await reserve(shop.ports, { lines })).toMatchObject({ code: 'out_of_stock' })
    expect(await shop.levels('CUP')).toEqual({ onHand: 10, held: 0, committed: 0 })
  })

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
  const shopOf = async (inEast: number): Promise<MemoryPlatform> => {
    const shop = await openShop({ locations: ['MAIN', 'EAST'] })
    await receive('CUP', inEast, shop.ports, 'EAST')
    return shop
  }

  test('a line comes completely from the first location that has it', async () => {
    const shop = await shopOf(20)
    const lines = [
      { sku: 'CUP', quantity: 8 },
      { sku: 'CUP', quantity: 8 },
    ]
    const answer = await reserved(shop.ports, { lines })
    expect(answer.lines.map(({ location }) => location)).toEqual(['MAIN', 'EAST'])
    const refused = shop.eventsOf(cups).find(({ type }) => type === 'ReservationsRefused')
    expect(refused?.data).toMatchObject({ refusals: [{ line: 1, available: 2, final: false }] })
  })

  test('a line is refused after the last location, with the most that is available', async () => {
    const shop = await shopOf(5)
    const answer = await reserve(shop.ports, { lines: [{ sku: 'CUP', quantity: 12 }] })
    expect(answer).toMatchObject({ code: 'out_of_stock', lines: [{ line: 0, location: 'MAIN', available: 10 }] })
    const refused = shop.eventsOf(stockStream('CUP', 'EAST')).find(({ type }) => type === 'ReservationsRefused')
    expect(refused?.data).toMatchObject({ refusals: [{ line: 0, available: 5, final: true }] })
  })

  test('the wanted location is used', async () => {
    const shop = await shopOf(5)
    const lines = [{ sku: 'CUP', quantity: 6, location: 'EAST' }]
    expect(await reserve(shop.ports, { lines })).toMatchObject({ code: 'out_of_stock', lines: [{ location: 'EAST' }] })
    expect(shop.typesOf(cups)).toEqual(['StockReceived'])
  })

  test('a repetition does not hold at another location what was released at one', async () => {
    const shop = await shopOf(20)
    const lines = [
      { sku: 'CUP', quantity: 1 },
      { sku: 'LAMP', quantity: 11 },
    ]
    const first = await reserve(shop.ports, { lines })
    expect(await reserve(shop.boot(), { lines })).toEqual(first)
    expect(shop.typesOf(stockStream('CUP', 'EAST'))).toEqual(['StockReceived'])
  })

  test('nor does a repetition with other terms', async () => {
    const shop = await shopOf(20)
    await reserved(shop.ports, { lines: [{ sku: 'CUP', quantity: 1 }] })
    expect(await reserve(shop.ports, { lines: [{ sku: 'CUP', quantity: 2 }] })).toEqual({
      code: 'reservation_conflict',
    })
    expect(shop.typesOf(stockStream('CUP', 'EAST'))).toEqual(['StockReceived'])
  })
})

describe('a line that is refused', () => {
  const lines = [
    { sku: 'CUP', quantity: 2 },
    { sku: 'LAMP', quantity: 11 },
  ]
  test('releases the others', async () => {
    const shop = await openShop()
    expect(await reserve(shop.ports, { lines })).toMatchObject({ code: 'out_of_stock', lines: [{ line: 1 }] })
    expect(typesSince(shop, cups)).toEqual(['StockReserved', 'ReservationReleased'])
  })

  test('gets the same answer for a minute, although there is stock again', async () => {
    const shop = await openShop()
    const first = await reserve(shop.ports, { lines })
    await receive('LAMP', 5, shop.ports)
    await shop.pass(59)
    expect(await reserve(shop.boot(), { lines })).toEqual(first)
    await shop.pass(1)
    // It is decided anew, but the other line was released and cannot be held again.
    expect(await reserve(shop.boot(), { lines })).toEqual({ code: 'reservation_closed' })
    expect(await shop.levels('LAMP')).toEqual({ onHand: 15, held: 0, committed: 0 })
  })

  test('does not change a hold with the same id and another expiry', async () => {
    const shop = await openShop()
    const { reservationId } = await reserved(shop.ports, { lines: [{ sku: 'CUP', quantity: 2 }] })
    await shop.ports.stock.submit(
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
    expect((await shop.levels('CUP')).held).toBe(2)
  })
})

describe('a repetition', () => {
  test('gets the same holds, and writes nothing', async () => {
    const shop = await openShop()
    const first = await reserve(shop.ports)
    await shop.pass(600)
    expect(await reserve(shop.boot())).toMatchObject(first)
    expect(typesSince(shop, cups)).toEqual(['StockReserved'])
  })

  test('of an ended one is answered as ended', async () => {
    const shop = await openShop()
    await reserve(shop.ports)
    await shop.pass(901)
    await reserve(shop.ports, { name: 'other', lines: [{ sku: 'CUP', quantity: 10 }] })
    expect(await reserve(shop.ports, { lines: [{ sku: 'CUP', quantity: 2 }] })).toEqual({ code: 'reservation_closed' })
  })
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
  const refuse = async (lines: readonly LineToReserve[], prepare?: (shop: MemoryPlatform) => Promise<unknown>) => {
    const shop = await openShop()
    await prepare?.(shop)
    const answer = await reserve(shop.ports, { lines })
    expect(shop.typesOf(cups)).toEqual(['StockReceived'])
    return answer
  }
  const cup = { sku: 'CUP', quantity: 1 }

  test('a sku that was never listed', async () => {
    expect(await refuse([cup, { sku: 'TEAPOT', quantity: 1 }])).toEqual({ code: 'unknown_sku', sku: 'TEAPOT' })
  })
  test('a discontinued product', async () => {
    const discontinue = ({ ports }: MemoryPlatform) =>
      changeProduct('CUP', { type: 'DiscontinueProduct', reason: null }, origin('discontinue'), ports)
    expect(await refuse([cup], discontinue)).toEqual({ code: 'product_discontinued', sku: 'CUP' })
  })
  test('another price than the shopper saw', async () => {
    const reprice = async ({ ports }: MemoryPlatform) => {
      await ports.productTerms('CUP')
      await changeProduct('CUP', { type: 'PriceProduct', unitPrice: 1_400, currency: 'EUR' }, origin('price'), ports)
    }
    expect(await refuse([{ ...cup, expectedUnitPrice: 1_250 }], reprice)).toEqual({
      code: 'price_changed',
      sku: 'CUP',
      unitPrice: 1_400,
      currency: 'EUR',
    })
  })
  test('two currencies', async () => {
    const listAbroad = ({ ports }: MemoryPlatform) => listProduct('PEN', 200, ports, 'CHF')
    expect(await refuse([cup, { sku: 'PEN', quantity: 1 }], listAbroad)).toEqual({ code: 'mixed_currency' })
  })
  test('a location that does not exist', async () => {
    expect(await refuse([{ ...cup, location: 'MOON' }])).toEqual({ code: 'unknown_location', location: 'MOON' })
  })
})
