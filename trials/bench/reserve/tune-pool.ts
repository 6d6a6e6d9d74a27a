import type { Contender, RunningContender } from '../measuring/contender.ts'
import { showProgress } from '../reporting/progress.ts'
import { contenderIn, runningOn, type Scenario } from './reservation-shop.ts'
import type { Rival } from './rival.ts'
import type { RivalConditions } from './rivals.ts'

const trialMilliseconds = 1_000
/** In a quick run, instead of trying sizes. */
const poolSizeQuick = 8

const shortened = (scenario: Scenario): Scenario =>
  scenario.load.kind === 'steady'
    ? { ...scenario, load: { ...scenario.load, milliseconds: trialMilliseconds } }
    : scenario

/** The rate of the second round: the first opens connections and prepares statements. */
const trialRate = async (running: RunningContender): Promise<number> => {
  try {
    await running.runRound()
    const { done, milliseconds } = await running.runRound()
    return done / milliseconds
  } finally {
    await running.close()
  }
}

/** The rival with the pool size that is fastest under the load of the scenario. */
export const tunePool = async (
  { design, durability, poolSizes, open }: Rival,
  scenario: Scenario,
  { servers, quick }: RivalConditions,
): Promise<Contender> => {
  const sizes = quick ? [poolSizeQuick] : poolSizes
  let best = { connections: sizes[0] ?? poolSizeQuick, rate: 0 }
  for (const connections of sizes.length === 1 ? [] : sizes) {
    showProgress(`${scenario.title}: ${design}, trying ${connections} connections`)
    const rate = await trialRate(runningOn(await open(servers, connections), shortened(scenario)))
    if (rate > best.rate) best = { connections, rate }
  }
  return contenderIn(scenario, {
    design: `${design}, ${best.connections} connections`,
    durability,
    open: () => open(servers, best.connections),
  })
}
