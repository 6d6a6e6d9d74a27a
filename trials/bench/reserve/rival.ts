import type { Contender } from '../measuring/contender.ts'
import type { ReservationShop, Scenario } from './reservation-shop.ts'

/** The servers that the rivals share. */
export type RivalServers = {
  readonly postgresUrl: string
  /** Undefined on a machine without Redis. */
  readonly redisUrl: string | undefined
}

/** A design that a team could write instead of Holdfast. */
export type Rival = Pick<Contender, 'design' | 'durability'> & {
  /**
   * Numbers of Postgres connections to try before measuring. With too few of them the disk is idle, with too many they queue
   * for one row; the best number is not known beforehand.
   */
  readonly poolSizes: readonly number[]
  /** Whether a quick run leaves this rival out. */
  readonly isSlow?: boolean
  readonly needsRedis?: boolean
  /** Whether the rival can handle the scenario in reasonable time; if not given, it can handle all. */
  readonly isFor?: (scenario: Scenario) => boolean
  /** Opens a shop in a clean state. Only one shop is open at a time. */
  readonly open: (servers: RivalServers, connections: number) => Promise<ReservationShop>
}

/** Sizes to try for a rival that takes one row or one key at a time. */
export const usualPoolSizes = [2, 4, 8, 16, 32]
