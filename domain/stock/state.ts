import type { MemoryBound, Remembered } from '../memory.ts'
import type { Timed } from '../time-queue.ts'
import type { Instant } from '../values/instant.ts'
import type { Quantity } from '../values/quantity.ts'

/** How a hold ended, or the commitment that it became. */
export type Ending = 'released' | 'expired' | 'voided' | 'cancelled' | 'shipped'

type OpenFields = {
  readonly reservationId: string
  readonly line: number
  readonly quantity: Quantity
  readonly reservedAt: Instant
  /** The fence: extend, commit, release and close name it, so they leave another hold under the same id alone. */
  readonly firstExpiresAt: Instant
}

export type Held = OpenFields & { readonly stage: 'held'; readonly expiresAt: Instant }
export type Committed = OpenFields & { readonly stage: 'committed'; readonly shipped: Quantity }
export type OpenHold = Held | Committed

/** A hold that has ended. A tombstone (released before it was reserved) has quantity 0 and no fence. */
export type EndedHold = {
  readonly stage: 'ended'
  readonly ending: Ending
  readonly quantity: Quantity
  /** How many of its units were shipped. */
  readonly shipped: Quantity
  readonly reservedAt: Instant | null
  readonly firstExpiresAt: Instant | null
  readonly at: Instant
}

/** A hold from its reservation until some time after its end. */
export type Hold = OpenHold | EndedHold

/** A remembered refusal: a repeated reserve with the same quantity gets the same answer. */
export type RememberedRefusal = { readonly quantity: Quantity; readonly available: number; readonly at: Instant }

/** Units of a hold's line returned so far. */
export type RememberedReturn = { readonly returned: Quantity; readonly at: Instant }

export type Levels = {
  readonly onHand: number
  readonly held: number
  readonly committed: number
  /** Units that are not sold to shoppers. */
  readonly safety: number
}

/** A command that staff sent over HTTP, with the levels that it was answered. */
export type AppliedCommand = { readonly levels: Levels; readonly at: Instant }

export type StockState = {
  readonly levels: Levels
  /** More is held or committed than is on hand, and the log has recorded that. */
  readonly shortfallRecorded: boolean
  readonly open: ReadonlyMap<string, OpenHold>
  readonly ended: Remembered<EndedHold>
  readonly refusals: Remembered<RememberedRefusal>
  readonly returns: Remembered<RememberedReturn>
  readonly applied: Remembered<AppliedCommand>
  /** When holds are due, oldest first. Entries of extended, committed or ended holds are stale: `dueHolds` skips them. */
  readonly due: ReadonlyArray<readonly Timed[]>
}

export const holdKeyOf = (reservationId: string, line: number): string => `${reservationId}/${line}`

/** The hold under a key, if it is remembered at this log time. */
export const holdOf = (state: StockState, key: string, at: Instant): Hold | undefined => {
  const open = state.open.get(key)
  if (open !== undefined) return open
  const ended = state.ended.byKey.get(key)
  return ended !== undefined && at - ended.at < memory.ended.milliseconds ? ended : undefined
}

/** The hold of an entry of the due queue; undefined if the entry is stale. */
export const heldUntil = (state: Pick<StockState, 'open'>, { key, at }: Timed): Held | undefined => {
  const hold = state.open.get(key)
  return hold?.stage === 'held' && hold.expiresAt === at ? hold : undefined
}

/** All holds, the one that expires first comes first. */
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

/** Units that a shopper can reserve now. Never negative, not even under a shortfall. */
export const availableOf = (levels: Levels): number =>
  Math.max(0, levels.onHand - levels.held - levels.committed - levels.safety)

/** How long a stock stream remembers answers, and how many. */
export const memory = {
  ended: { milliseconds: 3_600_000, entriesMax: 50_000 },
  refusals: { milliseconds: 60_000, entriesMax: 50_000 },
  applied: { milliseconds: 86_400_000, entriesMax: 1_000 },
  // Bounded by number alone: if they were forgotten after an hour, a return repeated later would be restocked twice.
  returns: { milliseconds: Number.POSITIVE_INFINITY, entriesMax: 50_000 },
} as const satisfies Record<string, MemoryBound>
