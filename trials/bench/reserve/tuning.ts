import { showProgress } from '../report.ts'
import type { Arena, Contender } from '../run.ts'
import { arenaOf, type Scenario, type Shop } from './shop.ts'

export type Rival = {
  readonly design: string
  readonly durability: string
  /** Too few connections leave the disk idle, too many queue on one row: the best is not known beforehand. */
  readonly poolSizes: readonly number[]
  /** A shop in a clean state, with so many connections to Postgres. */
  readonly open: (connections: number) => Promise<Shop>
}

const trialMilliseconds = 1_000

const shortened = (scenario: Scenario): Scenario =>
  scenario.load.kind === 'steady'
    ? { ...scenario, load: { ...scenario.load, milliseconds: trialMilliseconds } }
    : scenario

/** The first round opens connections and prepares statements. */
const trialRate = async (arena: Arena): Promise<number> => {
  try {
    await arena.round()
    const { done, milliseconds } = await arena.round()
    return done / milliseconds
  } finally {
    await arena.close()
  }
}

/** The rival with the number of connections that serves it best under this very load. */
export const tuned = async (rival: Rival, scenario: Scenario): Promise<Contender> => {
  const [first = 1, ...others] = rival.poolSizes
  let best = { connections: first, rate: 0 }
  for (const connections of others.length === 0 ? [] : rival.poolSizes) {
    showProgress(`${scenario.title}: ${rival.design}, trying ${connections} connections`)
    const rate = await trialRate(arenaOf(await rival.open(connections), shortened(scenario)))
    if (rate > best.rate) best = { connections, rate }
  }
  return {
    design: `${rival.design}, ${best.connections} connections`,
    durability: rival.durability,
    open: async () => arenaOf(await rival.open(best.connections), scenario),
  }
}
