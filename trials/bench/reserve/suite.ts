import type { ContenderGroup, Suite, SuiteSettings } from '../measuring/contender.ts'
import { measureGroup } from '../measuring/measure-group.ts'
import type { GroupResult } from '../reporting/results.ts'
import { appendCeiling } from './holdfast/append-ceiling.ts'
import { holdfastInProcess } from './holdfast/in-process.ts'
import { holdfastOverHttp } from './holdfast/over-http.ts'
import { contenderIn, type Scenario } from './reservation-shop.ts'
import { type RivalConditions, rivalsFor } from './rivals.ts'
import { scenarioOverHttp, scenariosFor } from './scenarios.ts'
import { startRivalServers } from './servers.ts'
import { tunePool } from './tune-pool.ts'

// Reserving stock: Holdfast beside the designs that a team would otherwise write. The terms are equal: a design answers when
// both the hold on the stock and the record of the reservation are on disk. Clients and servers share this machine.

const unit = 'answers'
/** An API process answers about fifty thousand requests before its code is fully optimized. */
const warmUpRoundsOverHttp = 2

const aboutHttp = [
  'Each client reserves one unit at a time by POST /v1/reservations on a whole stack, whose read models follow meanwhile.',
  'The last row runs the use case in the benchmark process: without HTTP, and without read models.',
]
const aboutRivals = [
  'Each client reserves one unit at a time. A design answers when hold and reservation are on disk, or that the sku is out of stock.',
  'A rate counts both answers. All designs run in the benchmark process, on servers on this machine.',
]
const aboutPools = 'A rival uses the number of connections that was fastest in trials before the measurement.'
const aboutPoolsQuick = 'This is a quick run: rivals use one number of connections, which was not tried out.'
const aboutCeiling =
  'The last row, the ceiling, makes the appends of the first row to a server that stores nothing, and decides nothing.'

/** A whole stack on this machine; each row says how far its read models are behind at the end of a round. */
const groupOverHttp = (settings: SuiteSettings): ContenderGroup => {
  const scenario = scenarioOverHttp(settings)
  const designs = [holdfastOverHttp(1, scenario), holdfastOverHttp(3, scenario), holdfastInProcess]
  return {
    title: scenario.title,
    about: aboutHttp,
    unit,
    contenders: designs.map((design) => contenderIn(scenario, design)),
    warmUpRounds: warmUpRoundsOverHttp,
  }
}

const groupFor = async (scenario: Scenario, conditions: RivalConditions): Promise<ContenderGroup> => {
  const contenders = [contenderIn(scenario, holdfastInProcess)]
  for (const rival of rivalsFor(scenario, conditions)) contenders.push(await tunePool(rival, scenario, conditions))
  const about = [...aboutRivals, conditions.quick ? aboutPoolsQuick : aboutPools]
  if (scenario.load.kind === 'burst') return { title: scenario.title, about, unit, contenders }
  contenders.push(appendCeiling(scenario))
  return { title: scenario.title, about: [...about, aboutCeiling], unit, contenders }
}

export const reserveSuite: Suite = async (settings) => {
  const results: GroupResult[] = [await measureGroup(groupOverHttp(settings))]
  const { stop, ...servers } = await startRivalServers()
  try {
    for (const scenario of scenariosFor(settings))
      results.push(await measureGroup(await groupFor(scenario, { servers, quick: settings.quick })))
    return results
  } finally {
    await stop()
  }
}
