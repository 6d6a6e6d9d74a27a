import { entriesOf, type Memory, memoryOf } from '../memory.ts'
import { type TimeQueue, timeQueueOf } from '../time-queue.ts'
import type { UndoLog } from '../undo.ts'
import {
  type AppliedCommand,
  dueHolds,
  type EndedHold,
  holdKeyOf,
  type Levels,
  type OpenHold,
  type RememberedRefusal,
  type RememberedReturn,
} from './state.ts'

/**
 * The mutable state inside a stock fold; everyone else sees it as a read-only `StockState`. Only `evolve` writes to it, and
 * every write can be undone.
 */
export type StockDraft = {
  readonly undo: UndoLog
  levels: Levels
  shortfallRecorded: boolean
  readonly open: Map<string, OpenHold>
  readonly due: TimeQueue
  readonly ended: Memory<EndedHold>
  readonly refusals: Memory<RememberedRefusal>
  readonly returns: Memory<RememberedReturn>
  readonly applied: Memory<AppliedCommand>
}

type Entries<Value> = ReadonlyArray<readonly [string, Value]>

/** A stock state as plain JSON, for a snapshot. Its lists are in the order in which entries expire or are forgotten. */
export type StockSnapshot = {
  readonly levels: Levels
  readonly shortfallRecorded: boolean
  readonly open: Entries<OpenHold>
  readonly ended: Entries<EndedHold>
  readonly refusals: Entries<RememberedRefusal>
  readonly returns: Entries<RememberedReturn>
  readonly applied: Entries<AppliedCommand>
}

export const emptyStock: StockSnapshot = {
  levels: { onHand: 0, held: 0, committed: 0, safety: 0 },
  shortfallRecorded: false,
  open: [],
  ended: [],
  refusals: [],
  returns: [],
  applied: [],
}

export const createStockDraft = (from: StockSnapshot): StockDraft => ({
  undo: [],
  levels: from.levels,
  shortfallRecorded: from.shortfallRecorded,
  open: new Map(from.open),
  due: timeQueueOf(from.open.flatMap(([key, hold]) => (hold.stage === 'held' ? [{ key, at: hold.expiresAt }] : []))),
  ended: memoryOf(from.ended),
  refusals: memoryOf(from.refusals),
  returns: memoryOf(from.returns),
  applied: memoryOf(from.applied),
})

export const snapshotOf = (draft: StockDraft): StockSnapshot => {
  const held = [...dueHolds(draft)].map((hold) => [holdKeyOf(hold.reservationId, hold.line), hold] as const)
  const committed = [...draft.open].filter(([, hold]) => hold.stage === 'committed')
  return {
    levels: draft.levels,
    shortfallRecorded: draft.shortfallRecorded,
    open: [...held, ...committed],
    ended: entriesOf(draft.ended),
    refusals: entriesOf(draft.refusals),
    returns: entriesOf(draft.returns),
    applied: entriesOf(draft.applied),
  }
}

/** Whether stored JSON has the fields of a snapshot. Their content is trusted, because only `snapshotOf` writes it. */
export const isStockSnapshot = (value: unknown): value is StockSnapshot =>
  typeof value === 'object' && value !== null && Object.keys(emptyStock).every((key) => Object.hasOwn(value, key))
