import type { Scenario } from './reservation-shop.ts'
import type { Rival, RivalServers } from './rival.ts'
import { emmettQueuing, emmettRetrying } from './rivals/emmett.ts'
import { postgresOneStatement, postgresRowLock } from './rivals/postgres-counter.ts'
import { postgresUnits } from './rivals/postgres-units.ts'
import { redisCounter } from './rivals/redis-counter.ts'

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
