import type { Instant } from '../values/instant.ts'
import type { Quantity } from '../values/quantity.ts'

/** How the life of a hold, or of the commitment that it became, ended. */
export type Ending = 'released' | 'expired' | 'voided' | 'cancelled' | 'shipped'

/**
 * A hold from its reservation to its end. `firstExpiresAt` is the fence: extend, commit and release name it, so another
 * hold under the same id is left alone. A tombstone (released before it was reserved) has no fence and no quantity.
 */
export type Hold =
  | {
      readonly stage: 'held'
      readonly reservationId: string
      readonly line: number
      readonly quantity: Quantity
      readonly firstExpiresAt: Instant
      readonly expiresAt: Instant
    }
  | {
      readonly stage: 'committed'
      readonly reservationId: string
      readonly line: number
      readonly quantity: Quantity
      readonly firstExpiresAt: Instant
      readonly shipped: Quantity
    }
  | {
      readonly stage: 'ended'
      readonly ending: Ending
      readonly quantity: Quantity
      readonly firstExpiresAt: Instant | null
      readonly at: Instant
    }

/** A remembered refusal: asked again with the same terms, it is answered the same. */
export type RememberedRefusal = { readonly quantity: Quantity; readonly available: number; readonly at: Instant }

export type Levels = {
  readonly onHand: number
  readonly held: number
  readonly committed: number
  /** Units kept back from sale. */
  readonly safety: number
}

/** One due time of one hold; stale once the hold was extended or has moved on. */
export type DueHold = { readonly expiresAt: Instant; readonly key: string }

export type StockState = {
  readonly levels: Levels
  /** More is held or committed than is on hand, and the log says so. */
  readonly shortfallRecorded: boolean
  readonly holds: ReadonlyMap<string, Hold>
  readonly refusals: ReadonlyMap<string, RememberedRefusal>
  /** Units returned so far of a hold's line, remembered for as long as an ended hold. */
  readonly returns: ReadonlyMap<string, { readonly returned: Quantity; readonly at: Instant }>
  /** Commands that staff sent over HTTP, with the levels that answered them. */
  readonly applied: ReadonlyMap<string, { readonly levels: Levels; readonly at: Instant }>
  /** Holds by expiry, oldest first; may repeat a hold or name one that has moved on. */
  readonly due: () => Iterable<DueHold>
}

export const holdKeyOf = (reservationId: string, line: number): string => `${reservationId}/${line}`

/** Units that a shopper can reserve now. Never negative, also under a shortfall. */
export const availableOf = (levels: Levels): number =>
  Math.max(0, levels.onHand - levels.held - levels.committed - levels.safety)

/** Units that nobody holds; safety stock counts as free for an order that is paid already. */
export const freeOf = (levels: Levels): number => Math.max(0, levels.onHand - levels.held - levels.committed)

/** How long, and how many, answers a stock stream remembers, by the events' own `at`. */
export const memory = {
  endedMilliseconds: 3_600_000,
  refusedMilliseconds: 60_000,
  appliedMilliseconds: 86_400_000,
  holdsMax: 50_000,
  refusalsMax: 50_000,
  appliedMax: 1_000,
} as const
