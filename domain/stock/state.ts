import type { MemoryBound, Remembered } from '../memory.ts'
import type { Timed } from '../time-queue.ts'
import type { Instant } from '../values/instant.ts'
import type { Quantity } from '../values/quantity.ts'

/** How the life of a hold, or of the commitment that it became, ended. */
export type Ending = 'released' | 'expired' | 'voided' | 'cancelled' | 'shipped'

type OpenFields = {
  readonly reservationId: string
  readonly line: number
  readonly quantity: Quantity
  readonly reservedAt: Instant
  /** The fence: extend, commit and release name it, so another hold under the same id is left alone. */
  readonly firstExpiresAt: Instant
}

export type Held = OpenFields & { readonly stage: 'held'; readonly expiresAt: Instant }
export type Committed = OpenFields & { readonly stage: 'committed'; readonly shipped: Quantity }
export type OpenHold = Held | Committed

/** A tombstone (released before it was reserved) has no fence and no quantity. */
export type EndedHold = {
  readonly stage: 'ended'
  readonly ending: Ending
  readonly quantity: Quantity
  /** How many of its units had been shipped. */
  readonly shipped: Quantity
  readonly reservedAt: Instant | null
  readonly firstExpiresAt: Instant | null
  readonly at: Instant
}

/** A hold from its reservation to its end, and for a while after it. */
export type Hold = OpenHold | EndedHold

/** A remembered refusal: asked again with the same terms, it is answered the same. */
export type RememberedRefusal = { readonly quantity: Quantity; readonly available: number; readonly at: Instant }

/** Units of a hold's line that came back so far. */
export type RememberedReturn = { readonly returned: Quantity; readonly at: Instant }

export type Levels = {
  readonly onHand: number
  readonly held: number
  readonly committed: number
  /** Units kept back from sale. */
  readonly safety: number
}

/** A command that staff sent over HTTP, with the levels that answered it. */
export type AppliedCommand = { readonly levels: Levels; readonly at: Instant }

export type StockState = {
  readonly levels: Levels
  /** More is held or committed than is on hand, and the log says so. */
  readonly shortfallRecorded: boolean
  readonly open: ReadonlyMap<string, OpenHold>
  readonly ended: Remembered<EndedHold>
  readonly refusals: Remembered<RememberedRefusal>
  readonly returns: Remembered<RememberedReturn>
  readonly applied: Remembered<AppliedCommand>
  /** When what is held is due, oldest first. An entry is stale once its hold was extended or has moved on: see `dueHolds`. */
  readonly due: ReadonlyArray<readonly Timed[]>
}

export const holdKeyOf = (reservationId: string, line: number): string => `${reservationId}/${line}`

/** The hold under a key, as far as it is remembered at this log time. */
export const holdOf = (state: StockState, key: string, at: Instant): Hold | undefined => {
  const open = state.open.get(key)
  if (open !== undefined) return open
  const ended = state.ended.byKey.get(key)
  return ended !== undefined && at - ended.at < memory.ended.milliseconds ? ended : undefined
}

/** The hold that an entry of the due queue still speaks of. */
export const heldUntil = (state: Pick<StockState, 'open'>, { key, at }: Timed): Held | undefined => {
  const hold = state.open.get(key)
  return hold?.stage === 'held' && hold.expiresAt === at ? hold : undefined
}

/** What is held, oldest expiry first. */
export function* dueHolds(state: Pick<StockState, 'open' | 'due'>): Iterable<Held> {
  const seen = new Set<string>()
  for (const chunk of state.due)
    for (const time of chunk) {
      const hold = heldUntil(state, time)
      if (hold === undefined || seen.has(time.key)) continue
      seen.add(time.key)
      yield hold
    }
}

/** Units that a shopper can reserve now. Never negative, also under a shortfall. */
export const availableOf = (levels: Levels): number =>
  Math.max(0, levels.onHand - levels.held - levels.committed - levels.safety)

/** How long, and how many, answers a stock stream remembers. */
export const memory = {
  ended: { milliseconds: 3_600_000, entriesMax: 50_000 },
  refusals: { milliseconds: 60_000, entriesMax: 50_000 },
  applied: { milliseconds: 86_400_000, entriesMax: 1_000 },
  // By number alone: a return whose order was looked at again after an hour would be put on the shelf twice.
  returns: { milliseconds: Number.POSITIVE_INFINITY, entriesMax: 50_000 },
} as const satisfies Record<string, MemoryBound>
