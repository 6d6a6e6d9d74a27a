import { showProgress } from '../report.ts'
import type { Arena, Contender } from '../run.ts'
import { openPostgresShop, type Reserve } from './postgres-shop.ts'
import { arenaOf, type Scenario } from './shop.ts'

/** Too few connections leave the disk idle, too many queue on one row: the best is not known beforehand. */
const poolSizes = [2, 4, 5, 8, 10, 16, 32]
const trialMilliseconds = 1_000

const shortened = (scenario: Scenario): Scenario =>
  scenario.load.kind === 'steady'
    ? { ...scenario, load: { ...scenario.load, milliseconds: trialMilliseconds } }
    : scenario

async function trialRate(arena: Arena): Promise<number> {
  try {
    await arena.round()
    const { done, milliseconds } = await arena.round()
    return done / milliseconds
  } finally {
    await arena.close()
  }
}

/** The rival with the number of connections that serves it best under this very load. */
export async function tuned(
  rival: { readonly design: string; readonly reserve: Reserve },
  scenario: Scenario,
  url: string,
): Promise<Contender> {
  let best = { connections: 0, rate: 0 }
  for (const connections of poolSizes) {
    showProgress(`${scenario.title}: ${rival.design}, trying ${connections} connections`)
    const rate = await trialRate(arenaOf(await openPostgresShop(url, connections, rival.reserve), shortened(scenario)))
    if (rate > best.rate) best = { connections, rate }
  }
  return {
    design: `${rival.design}, ${best.connections} connections`,
    durability: 'WAL synced',
    open: async () => arenaOf(await openPostgresShop(url, best.connections, rival.reserve), scenario),
  }
}
