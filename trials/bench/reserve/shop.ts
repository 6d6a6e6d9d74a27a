import type { Load } from '../load.ts'
import { timed } from '../load.ts'
import type { Arena, Round } from '../run.ts'

// Every design is the same shop to the benchmark: it is stocked, asked to hold one unit at a time, and afterwards its own
// records are counted. So all of them sell the same units under the same load, and are checked by what they stored.

export type Shop = {
  /** Puts new skus on sale. */
  readonly stockUp: (skus: readonly string[], units: number) => Promise<void>
  /** Holds one unit, answers once that is on disk; false where none is left. */
  readonly reserve: (sku: string) => Promise<boolean>
  /** Reservations recorded for these skus, and the units among them that were never there. */
  readonly audit: (skus: readonly string[], units: number) => Promise<{ recorded: number; oversold: number }>
  /** Waits until what follows from the sales has followed, and says how long that took. */
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

/** Neighbouring requests meet different skus, and all skus come round equally often. Coprime to any number of skus used. */
const stride = 7_919

/** One round over skus that no earlier round knew. */
const sell = async (shop: Shop, scenario: Scenario, names: readonly string[]): Promise<Round> => {
  const { units, load } = scenario
  await shop.stockUp(names, units)
  const asked = new Uint32Array(names.length)
  let accepted = 0
  const timings = await timed(load, async (request) => {
    const index = (request * stride) % names.length
    asked[index] = (asked[index] ?? 0) + 1
    if (await shop.reserve(names[index] ?? '')) accepted += 1
  })
  const expected = asked.reduce((sum, requests) => sum + Math.min(requests, units), 0)
  const settled = await shop.settle?.()
  const { recorded, oversold } = await shop.audit(names, units)
  const counts = `accepted ${accepted}, recorded ${recorded}, oversold ${oversold}`
  const checked = settled === undefined ? counts : `${counts}; ${settled}`
  return {
    done: timings.latencies.length,
    milliseconds: timings.milliseconds,
    latencies: timings.latencies,
    checked,
    broken:
      accepted === expected && recorded === accepted && oversold === 0 ? [] : [`${checked}, expected ${expected}`],
  }
}

export const arenaOf = (shop: Shop, scenario: Scenario): Arena => {
  let rounds = 0
  return {
    round: () => {
      rounds += 1
      return sell(
        shop,
        scenario,
        Array.from({ length: scenario.skus }, (_, index) => `BENCH-${rounds}-${index}`),
      )
    },
    close: shop.close,
  }
}
