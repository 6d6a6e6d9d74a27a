import { type Load, measureLoad } from '../load/load.ts'
import type { Contender, Round, RunningContender } from '../measuring/contender.ts'

// What each design has to implement. The benchmark stocks it, asks it for one unit at a time and afterwards counts its records:
// so all designs sell the same units under the same load, and are checked by what they stored.

/** `oversold`: recorded units beyond those in stock. */
export type ReservationCounts = { readonly recorded: number; readonly oversold: number }

export type ReservationShop = {
  /** Puts `units` of each sku on sale. The skus are new to the shop. */
  readonly stockUp: (skus: readonly string[], units: number) => Promise<void>
  /** Reserves one unit; resolves once the reservation is on disk. False if the sku is out of stock. */
  readonly reserve: (sku: string) => Promise<boolean>
  /** Counts the recorded reservations of these skus, of which each had `units`. */
  readonly countReservations: (skus: readonly string[], units: number) => Promise<ReservationCounts>
  /** Waits until asynchronous consequences of the sales are done. Resolves with a text about it. */
  readonly settle?: () => Promise<string>
  readonly close: () => Promise<void>
}

export type Scenario = {
  readonly title: string
  readonly skus: number
  /** Units on sale of each sku. */
  readonly units: number
  readonly load: Load
}

/**
 * Consecutive requests ask for different skus, and each sku is asked for equally often. That takes a number that has no
 * common divisor with the number of skus.
 */
const stride = 7_919

/** One round. No earlier round knows these skus. */
const sell = async (shop: ReservationShop, { units, load }: Scenario, skus: readonly string[]): Promise<Round> => {
  await shop.stockUp(skus, units)
  const requests = new Uint32Array(skus.length)
  let accepted = 0
  const { latencies, milliseconds } = await measureLoad(load, async (request) => {
    const index = (request * stride) % skus.length
    requests[index] = (requests[index] ?? 0) + 1
    if (await shop.reserve(skus[index] ?? '')) accepted += 1
  })
  const expected = requests.reduce((sum, count) => sum + Math.min(count, units), 0)
  const settled = await shop.settle?.()
  const { recorded, oversold } = await shop.countReservations(skus, units)
  const counts = `accepted ${accepted}, recorded ${recorded}, oversold ${oversold}`
  const checked = settled === undefined ? counts : `${counts}; ${settled}`
  const isRight = accepted === expected && recorded === accepted && oversold === 0
  return {
    done: latencies.length,
    milliseconds,
    latencies,
    checked,
    broken: isRight ? [] : [`${checked}, expected ${expected}`],
  }
}

/** Runs rounds of a scenario on a shop, each with new skus. */
export const runningOn = (shop: ReservationShop, scenario: Scenario): RunningContender => {
  let rounds = 0
  return {
    runRound: () => {
      rounds += 1
      const skus = Array.from({ length: scenario.skus }, (_, index) => `BENCH-${rounds}-${index}`)
      return sell(shop, scenario, skus)
    },
    close: shop.close,
  }
}

export type Design = Pick<Contender, 'design' | 'durability'> & { readonly open: () => Promise<ReservationShop> }

/** A design as a contender in a scenario. */
export const contenderIn = (scenario: Scenario, { design, durability, open }: Design): Contender => ({
  design,
  durability,
  start: async () => runningOn(await open(), scenario),
})
