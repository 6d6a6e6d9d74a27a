import {
  createDraftMap,
  createDraftQueue,
  createUndoLog,
  type DraftMap,
  type DraftQueue,
  type UndoLog,
} from '../undo.ts'
import type { Instant } from '../values/instant.ts'
import type { DueHold, Hold, Levels, RememberedRefusal, StockState } from './state.ts'

/** When something remembered was remembered; the memory is dropped oldest first. */
export type Remembered = { readonly key: string; readonly at: Instant }

/** The mutable inside of a stock fold. Only `evolve` writes to it, and every write can be taken back. */
export type StockDraft = {
  readonly undo: UndoLog
  readonly levels: () => Levels
  readonly setLevels: (levels: Levels) => void
  readonly shortfallRecorded: () => boolean
  readonly setShortfallRecorded: (recorded: boolean) => void
  readonly holds: DraftMap<Hold>
  readonly refusals: DraftMap<RememberedRefusal>
  readonly returns: DraftMap<{ readonly returned: number; readonly at: Instant }>
  readonly applied: DraftMap<{ readonly levels: Levels; readonly at: Instant }>
  readonly due: DraftQueue<DueHold>
  readonly endedOrder: DraftQueue<Remembered>
  readonly refusedOrder: DraftQueue<Remembered>
  readonly returnedOrder: DraftQueue<Remembered>
  readonly appliedOrder: DraftQueue<Remembered>
}

/** A stock state as plain JSON: what a snapshot stores. */
export type StockSnapshot = {
  readonly levels: Levels
  readonly shortfallRecorded: boolean
  readonly holds: ReadonlyArray<readonly [string, Hold]>
  readonly refusals: ReadonlyArray<readonly [string, RememberedRefusal]>
  readonly returns: ReadonlyArray<readonly [string, { readonly returned: number; readonly at: Instant }]>
  readonly applied: ReadonlyArray<readonly [string, { readonly levels: Levels; readonly at: Instant }]>
}

export const emptyStock: StockSnapshot = {
  levels: { onHand: 0, held: 0, committed: 0, safety: 0 },
  shortfallRecorded: false,
  holds: [],
  refusals: [],
  returns: [],
  applied: [],
}

const rankByTime = (entry: Remembered): Instant => entry.at

const inOrder = (entries: ReadonlyArray<readonly [string, { readonly at: Instant }]>): readonly Remembered[] =>
  entries.map(([key, { at }]) => ({ key, at }))

export const createStockDraft = (from: StockSnapshot): StockDraft => {
  const undo = createUndoLog()
  let levels = from.levels
  let shortfallRecorded = from.shortfallRecorded
  const ended = from.holds.flatMap(([key, hold]) => (hold.stage === 'ended' ? [{ key, at: hold.at }] : []))
  const held = from.holds.flatMap(([key, hold]) => (hold.stage === 'held' ? [{ key, expiresAt: hold.expiresAt }] : []))
  return {
    undo,
    levels: () => levels,
    setLevels: (next) => {
      const previous = levels
      undo.record(() => {
        levels = previous
      })
      levels = next
    },
    shortfallRecorded: () => shortfallRecorded,
    setShortfallRecorded: (next) => {
      if (next === shortfallRecorded) return
      undo.record(() => {
        shortfallRecorded = !next
      })
      shortfallRecorded = next
    },
    holds: createDraftMap(undo, from.holds),
    refusals: createDraftMap(undo, from.refusals),
    returns: createDraftMap(undo, from.returns),
    applied: createDraftMap(undo, from.applied),
    due: createDraftQueue(undo, (entry: DueHold) => entry.expiresAt, held),
    endedOrder: createDraftQueue(undo, rankByTime, ended),
    refusedOrder: createDraftQueue(undo, rankByTime, inOrder(from.refusals)),
    returnedOrder: createDraftQueue(undo, rankByTime, inOrder(from.returns)),
    appliedOrder: createDraftQueue(undo, rankByTime, inOrder(from.applied)),
  }
}

/** What everyone but the folder sees of a draft. */
export const viewOf = (draft: StockDraft): StockState => ({
  get levels() {
    return draft.levels()
  },
  get shortfallRecorded() {
    return draft.shortfallRecorded()
  },
  holds: draft.holds.view,
  refusals: draft.refusals.view,
  returns: draft.returns.view,
  applied: draft.applied.view,
  due: draft.due.entries,
})

export const snapshotOf = (draft: StockDraft): StockSnapshot => ({
  levels: draft.levels(),
  shortfallRecorded: draft.shortfallRecorded(),
  holds: [...draft.holds.view],
  refusals: [...draft.refusals.view],
  returns: [...draft.returns.view],
  applied: [...draft.applied.view],
})

/** Whether stored JSON looks like a snapshot; its content is trusted, because only `snapshotOf` writes it. */
export const isStockSnapshot = (value: unknown): value is StockSnapshot =>
  typeof value === 'object' && value !== null && Object.keys(emptyStock).every((key) => Object.hasOwn(value, key))
