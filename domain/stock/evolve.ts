import { assert, unreachable } from '../assert.ts'
import type { Fold } from '../fold.ts'
import { forget, remember } from '../memory.ts'
import { rollBack, setField } from '../undo.ts'
import type { Instant } from '../values/instant.ts'
import { createStockDraft, emptyStock, type StockDraft, type StockSnapshot, snapshotOf } from './draft.ts'
import type { StockEvent } from './events.ts'
import {
  cancelCommitment,
  commit,
  dropStaleDue,
  endHeld,
  extend,
  move,
  refuse,
  reinstate,
  reserve,
  ship,
  takeBack,
  voidHold,
} from './evolve-hold.ts'
import { type Levels, memory, type StockState } from './state.ts'

/** Increase it when the folded state changes its shape or meaning: snapshots of another version are ignored. */
export const stockStateVersion = 1

const apply = (
  draft: StockDraft,
  data: { readonly commandId: string; readonly at: Instant },
  change: Partial<Levels>,
) => {
  move(draft, change)
  remember(draft.undo, draft.applied, data.commandId, { levels: draft.levels, at: data.at })
}

const change = (draft: StockDraft, event: StockEvent): void => {
  switch (event.type) {
    case 'StockReceived':
    case 'StockAdjusted':
      return apply(draft, event.data, { onHand: event.data.quantity })
    case 'StockCounted':
      apply(draft, event.data, { onHand: event.data.difference })
      return assert(draft.levels.onHand === event.data.quantity, 'a count differs from what is on hand after it')
    case 'SafetyStockSet':
      return apply(draft, event.data, { safety: event.data.quantity - draft.levels.safety })
    case 'StockReserved':
      return reserve(draft, event.data)
    case 'ReservationsRefused':
      return refuse(draft, event.data)
    case 'ReservationExtended':
      return extend(draft, event.data)
    case 'ReservationCommitted':
      return commit(draft, event.data)
    case 'ReservationReleased':
      return endHeld(draft, event.data, 'released')
    case 'ReservationExpired':
      return endHeld(draft, event.data, 'expired')
    case 'ReservationVoided':
      return voidHold(draft, event.data)
    case 'ReservationReinstated':
      return reinstate(draft, event.data)
    case 'CommitmentCancelled':
      return cancelCommitment(draft, event.data)
    case 'StockShipped':
      return ship(draft, event.data)
    case 'StockReturned':
      return takeBack(draft, event.data)
    case 'StockShortfallFound':
      return setField(draft.undo, draft, 'shortfallRecorded', true)
    default:
      return unreachable(event)
  }
}

const excessOf = ({ onHand, held, committed }: Levels): number => Math.max(0, held + committed - onHand)

/**
 * The levels in the event must equal those of the fold, and no unit may be promised twice. Only a count or an adjustment may
 * take promised units away, and only after the shortfall was recorded.
 */
const checkLevels = (draft: StockDraft, event: StockEvent, before: Levels): void => {
  const levels = draft.levels
  const { onHand, held, committed } = levels
  const { onHandAfter, heldAfter, committedAfter } = event.data
  const agree = onHand === onHandAfter && held === heldAfter && committed === committedAfter
  assert(agree, `${event.type}: levels differ from the fold (${onHand}, ${held}, ${committed})`)
  assert(onHand >= 0 && held >= 0 && committed >= 0, `${event.type}: a level below zero`)
  const excess = excessOf(levels)
  const mayGrow = draft.shortfallRecorded && (event.type === 'StockCounted' || event.type === 'StockAdjusted')
  assert(mayGrow || excess <= excessOf(before), `${event.type}: more is held and committed than is on hand`)
  if (excess === 0 && event.type !== 'StockShortfallFound') setField(draft.undo, draft, 'shortfallRecorded', false)
}

/** Applies one event to a draft that the caller owns. Throws an AssertionError if the event contradicts the draft. */
const evolveStock = (draft: StockDraft, event: StockEvent): void => {
  const before = draft.levels
  change(draft, event)
  checkLevels(draft, event, before)
  const { undo } = draft
  const { at } = event.data
  forget(undo, draft.ended, memory.ended, at)
  forget(undo, draft.refusals, memory.refusals, at)
  forget(undo, draft.returns, memory.returns, at)
  forget(undo, draft.applied, memory.applied, at)
  dropStaleDue(draft)
}

export type StockFold = Fold<StockState, StockEvent> & { readonly snapshot: () => StockSnapshot }

/** A fold over a stock stream, from its beginning or from a snapshot. */
export const createStockFold = (from: StockSnapshot = emptyStock): StockFold => {
  const draft = createStockDraft(from)
  return {
    state: () => draft,
    apply: (event) => evolveStock(draft, event),
    mark: () => draft.undo.length,
    rollBack: (mark) => rollBack(draft.undo, mark),
    settle: () => {
      draft.undo.length = 0
    },
    snapshot: () => snapshotOf(draft),
  }
}
