import { createDraftMemory, type DraftMemory } from '../draft-memory.ts'
import { createDraftQueue, type DraftQueue } from '../draft-queue.ts'
import { createDraftCell, createDraftMap, createUndoLog, type DraftCell, type DraftMap, type UndoLog } from '../undo.ts'
import type { Instant } from '../values/instant.ts'
import {
  type AppliedCommand,
  type EndedHold,
  type Held,
  holdKeyOf,
  type Levels,
  memory,
  type OpenHold,
  type RememberedRefusal,
  type RememberedReturn,
  type StockState,
} from './state.ts'

/** One due time of one hold; stale once the hold was extended or has moved on. */
type DueTime = { readonly expiresAt: Instant; readonly key: string }

/** The mutable inside of a stock fold. Only `evolve` writes to it, and every write can be taken back. */
export type StockDraft = {
  readonly undo: UndoLog
  readonly levels: DraftCell<Levels>
  readonly shortfallRecorded: DraftCell<boolean>
  readonly open: DraftMap<OpenHold>
  readonly due: DraftQueue<DueTime>
  readonly ended: DraftMemory<EndedHold>
  readonly refusals: DraftMemory<RememberedRefusal>
  readonly returns: DraftMemory<RememberedReturn>
  readonly applied: DraftMemory<AppliedCommand>
}

type Entries<Value> = ReadonlyArray<readonly [string, Value]>

/** A stock state as plain JSON: what a snapshot stores. Its lists are in the order in which they expire or are forgotten. */
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

export const createStockDraft = (from: StockSnapshot): StockDraft => {
  const undo = createUndoLog()
  const due = from.open.flatMap(([key, hold]) => (hold.stage === 'held' ? [{ key, expiresAt: hold.expiresAt }] : []))
  return {
    undo,
    levels: createDraftCell(undo, from.levels),
    shortfallRecorded: createDraftCell(undo, from.shortfallRecorded),
    open: createDraftMap(undo, from.open),
    due: createDraftQueue(undo, ({ expiresAt }: DueTime) => expiresAt, due),
    ended: createDraftMemory(undo, memory.ended, from.ended),
    refusals: createDraftMemory(undo, memory.refusals, from.refusals),
    returns: createDraftMemory(undo, memory.returns, from.returns),
    applied: createDraftMemory(undo, memory.applied, from.applied),
  }
}

/** The hold that a due time still speaks of. */
export const heldUntil = (draft: StockDraft, { key, expiresAt }: DueTime): Held | undefined => {
  const hold = draft.open.view.get(key)
  return hold?.stage === 'held' && hold.expiresAt === expiresAt ? hold : undefined
}

function* dueHolds(draft: StockDraft): Iterable<Held> {
  const seen = new Set<string>()
  for (const time of draft.due.entries()) {
    const hold = heldUntil(draft, time)
    if (hold === undefined || seen.has(time.key)) continue
    seen.add(time.key)
    yield hold
  }
}

/** What everyone but the folder sees of a draft. */
export const viewOf = (draft: StockDraft): StockState => ({
  get levels() {
    return draft.levels.get()
  },
  get shortfallRecorded() {
    return draft.shortfallRecorded.get()
  },
  open: draft.open.view,
  get ended() {
    return draft.ended.view
  },
  get refusals() {
    return draft.refusals.view
  },
  get returns() {
    return draft.returns.view
  },
  get applied() {
    return draft.applied.view
  },
  due: () => dueHolds(draft),
})

export const snapshotOf = (draft: StockDraft): StockSnapshot => {
  const held = [...dueHolds(draft)].map((hold) => [holdKeyOf(hold.reservationId, hold.line), hold] as const)
  const committed = [...draft.open.view].filter(([, hold]) => hold.stage === 'committed')
  return {
    levels: draft.levels.get(),
    shortfallRecorded: draft.shortfallRecorded.get(),
    open: [...held, ...committed],
    ended: draft.ended.entries(),
    refusals: draft.refusals.entries(),
    returns: draft.returns.entries(),
    applied: draft.applied.entries(),
  }
}

/** Whether stored JSON looks like a snapshot; its content is trusted, because only `snapshotOf` writes it. */
export const isStockSnapshot = (value: unknown): value is StockSnapshot =>
  typeof value === 'object' && value !== null && Object.keys(emptyStock).every((key) => Object.hasOwn(value, key))
