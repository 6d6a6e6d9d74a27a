import type { Scenario } from '../reservation-shop.ts'
import { emmettQueuing, emmettRetrying } from './emmett.ts'
import { postgresOneStatement, postgresRowLock } from './postgres-counter.ts'
import { postgresUnits } from './postgres-units.ts'
import { redisCounter } from './redis-counter.ts'
import type { Rival, RivalServers } from './rival.ts'

/** In the order of the rows. */
export const rivals: readonly Rival[] = [
  postgresRowLock,
  postgresOneStatement,
  postgresUnits,
  redisCounter,
  emmettRetrying,
  emmettQueuing,
]

export type RivalConditions = { readonly servers: RivalServers; readonly quick: boolean }

/** The rivals that can run on these servers and can handle the scenario. */
export const rivalsFor = (scenario: Scenario, { servers, quick }: RivalConditions): readonly Rival[] =>
  rivals.filter(
    ({ isSlow = false, needsRedis = false, isFor = () => true }) =>
      !(quick && isSlow) && !(needsRedis && servers.redisUrl === undefined) && isFor(scenario),
  )
