import { expect } from 'vitest'
import { stockStream } from '#domain/streams.ts'
import { type MemoryPlatform, origin } from './memory-platform.ts'
import { type Action, type Expectation, givenIn, type Step } from './scenario.ts'
import { openShop, receive, reserve, reserved } from './shop.ts'

// Given / when / then about a shop of ten cups and ten lamps: its stock and its reservations.

export type ShopWorld = { readonly shop: MemoryPlatform }

/** The shop, after these steps. */
export const givenShop = givenIn(async (): Promise<ShopWorld> => ({ shop: await openShop() }))

export const timePasses =
  (seconds: number): Step<ShopWorld> =>
  ({ shop }) =>
    shop.pass(seconds)

/** A delivery reaches the shop. */
export const receives =
  (sku: string, quantity: number, location = 'MAIN'): Step<ShopWorld> =>
  ({ shop }) =>
    receive(sku, quantity, shop.ports, location)

/** A count finds so many units on the shelf. */
export const counted =
  (sku: string, quantity: number): Step<ShopWorld> =>
  ({ shop }) =>
    shop.ports.stock.submit(
      stockStream(sku, 'MAIN'),
      [{ type: 'CountStock', commandId: origin(`count ${sku}`).commandId, quantity, reason: 'stolen' }],
      { correlationId: 'count', causationId: 'count', actor: 'test' },
    )

type Reserving = NonNullable<Parameters<typeof reserve>[1]>
type Reservation = Awaited<ReturnType<typeof reserve>>

/** Reserves two cups and a lamp, unless it asks for other lines. Reservations of the same name are one command. */
export const reserves =
  (reserving: Reserving = {}): Action<ShopWorld, Reservation> =>
  ({ shop }) =>
    reserve(shop.ports, reserving)

/** Reserves in another process. */
export const reservesElsewhere =
  (reserving: Reserving = {}): Action<ShopWorld, Reservation> =>
  ({ shop }) =>
    reserve(shop.boot(), reserving)

/** Reserves, and fails if that is refused. */
export const hasReserved =
  (reserving: Reserving = {}): Step<ShopWorld> =>
  ({ shop }) =>
    reserved(shop.ports, reserving)

/** The answer has at least these fields. */
export const answers =
  (fields: object): Expectation<unknown, unknown> =>
  (_, answer) =>
    expect(answer).toMatchObject(fields)

/** The answer is a refusal with this code, and has exactly these other fields. */
export const refuses =
  (code: string, fields: object = {}): Expectation<unknown, unknown> =>
  (_, answer) =>
    expect(answer).toEqual({ code, ...fields })

/** The stock stream of a sku has exactly events of these types. */
export const stockEvents =
  (sku: string, ...types: readonly string[]): Expectation<ShopWorld, unknown> =>
  ({ shop }) =>
    expect(shop.typesOf(stockStream(sku, 'MAIN'))).toEqual(types)

export const levelsAre =
  (sku: string, onHand: number, held: number, committed: number): Expectation<ShopWorld, unknown> =>
  async ({ shop }) =>
    expect(await shop.levels(sku)).toEqual({ onHand, held, committed })

/** Nothing of the cups is held or committed. */
export const cupsAreFree = levelsAre('CUP', 10, 0, 0)
