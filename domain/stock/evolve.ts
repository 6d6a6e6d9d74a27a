import { assert, unreachable } from '../assert.ts'
import type { Fold } from '../fold.ts'
import type { Instant } from '../values/instant.ts'
import { createStockDraft, emptyStock, type StockDraft, type StockSnapshot, snapshotOf, viewOf } from './draft.ts'
import type { StockEvent } from './events.ts'
import { forgetOld } from './forget.ts'
import { type Ending, type Hold, holdKeyOf, type Levels, type StockState } from './state.ts'

/** Bump when a folded state changes shape or meaning: snapshots of another version are ignored. */
export const stockStateVersion = 1

type Named = { readonly reservationId: string; readonly line: number; readonly quantity: number; readonly at: Instant }
type Step<Type extends StockEvent['type']> = Extract<StockEvent, { readonly type: Type }>['data']

const heldHold = (draft: StockDraft, data: Named): Extract<Hold, { stage: 'held' }> => {
  const hold = draft.holds.view.get(holdKeyOf(data.reservationId, data.line))
  assert(hold?.stage === 'held' && hold.quantity === data.quantity, `no such hold: ${data.reservationId}/${data.line}`)
  return hold
}

const commitment = (draft: StockDraft, data: Named): Extract<Hold, { stage: 'committed' }> => {
  const hold = draft.holds.view.get(holdKeyOf(data.reservationId, data.line))
  assert(hold?.stage === 'committed', `no such commitment: ${data.reservationId}/${data.line}`)
  assert(hold.shipped + data.quantity <= hold.quantity, `more than committed: ${data.reservationId}/${data.line}`)
  return hold
}

const move = (draft: StockDraft, change: Partial<Levels>): void => {
  const { onHand, held, committed, safety } = draft.levels()
  draft.setLevels({
    onHand: onHand + (change.onHand ?? 0),
    held: held + (change.held ?? 0),
    committed: committed + (change.committed ?? 0),
    safety: safety + (change.safety ?? 0),
  })
}

const hold = (draft: StockDraft, data: Named & { readonly expiresAt: Instant }, firstExpiresAt: Instant): void => {
  const key = holdKeyOf(data.reservationId, data.line)
  const { reservationId, line, quantity, expiresAt } = data
  draft.holds.set(key, { stage: 'held', reservationId, line, quantity, firstExpiresAt, expiresAt })
  draft.due.insert({ key, expiresAt })
}

const end = (draft: StockDraft, data: Named, ending: Ending): void => {
  const key = holdKeyOf(data.reservationId, data.line)
  const before = draft.holds.view.get(key)
  const firstExpiresAt = before?.firstExpiresAt ?? null
  draft.holds.set(key, { stage: 'ended', ending, quantity: before?.quantity ?? 0, firstExpiresAt, at: data.at })
  draft.endedOrder.insert({ key, at: data.at })
}

const endHeld = (draft: StockDraft, data: Named, ending: Ending): void => {
  heldHold(draft, data)
  move(draft, { held: -data.quantity })
  end(draft, data, ending)
}

const reserve = (draft: StockDraft, data: Step<'StockReserved'>): void => {
  const key = holdKeyOf(data.reservationId, data.line)
  const before = draft.holds.view.get(key)
  assert(before === undefined || before.stage === 'ended', `held already: ${key}`)
  draft.refusals.delete(key)
  move(draft, { held: data.quantity })
  hold(draft, data, data.expiresAt)
}

const refuse = (draft: StockDraft, data: Step<'ReservationsRefused'>): void => {
  for (const { reservationId, line, quantity, available } of data.refusals) {
    const key = holdKeyOf(reservationId, line)
    draft.refusals.set(key, { quantity, available, at: data.at })
    draft.refusedOrder.insert({ key, at: data.at })
  }
}

const voidHold = (draft: StockDraft, data: Step<'ReservationVoided'>): void => {
  if (data.reason === 'shortfall') return endHeld(draft, data, 'voided')
  assert(data.quantity === 0, 'a tombstone holds nothing')
  end(draft, data, 'voided')
}

const reinstate = (draft: StockDraft, data: Step<'ReservationReinstated'>): void => {
  const ended = draft.holds.view.get(holdKeyOf(data.reservationId, data.line))
  assert(ended?.stage === 'ended' && ended.ending === 'expired', 'only an expired hold comes back')
  move(draft, { held: data.quantity })
  hold(draft, data, ended.firstExpiresAt ?? data.expiresAt)
}

const commit = (draft: StockDraft, data: Step<'ReservationCommitted'>): void => {
  const { reservationId, line, quantity, firstExpiresAt } = heldHold(draft, data)
  move(draft, { held: -quantity, committed: quantity })
  const key = holdKeyOf(reservationId, line)
  draft.holds.set(key, { stage: 'committed', reservationId, line, quantity, firstExpiresAt, shipped: 0 })
}

const ship = (draft: StockDraft, data: Step<'StockShipped'>): void => {
  const before = commitment(draft, data)
  assert(before.shipped + data.quantity === data.shippedAfter, 'shipped does not add up')
  move(draft, { onHand: -data.quantity, committed: -data.quantity })
  if (data.shippedAfter === before.quantity) return end(draft, data, 'shipped')
  draft.holds.set(holdKeyOf(data.reservationId, data.line), { ...before, shipped: data.shippedAfter })
}

const cancelCommitment = (draft: StockDraft, data: Step<'CommitmentCancelled'>): void => {
  commitment(draft, data)
  move(draft, { committed: -data.quantity })
  end(draft, data, 'cancelled')
}

const takeBack = (draft: StockDraft, data: Step<'StockReturned'>): void => {
  const key = holdKeyOf(data.reservationId, data.line)
  if (data.restocked) move(draft, { onHand: data.quantity })
  draft.returns.set(key, { returned: data.returnedAfter, at: data.at })
  draft.returnedOrder.insert({ key, at: data.at })
}

const remember = (draft: StockDraft, data: { readonly commandId: string; readonly at: Instant }): void => {
  draft.applied.set(data.commandId, { levels: draft.levels(), at: data.at })
  draft.appliedOrder.insert({ key: data.commandId, at: data.at })
}

const change = (draft: StockDraft, event: StockEvent): void => {
  switch (event.type) {
    case 'StockReceived':
      move(draft, { onHand: event.data.quantity })
      return remember(draft, event.data)
    case 'StockAdjusted':
      move(draft, { onHand: event.data.quantity })
      return remember(draft, event.data)
    case 'StockCounted':
      move(draft, { onHand: event.data.difference })
      assert(draft.levels().onHand === event.data.quantity, 'the count is what is on hand after it')
      return remember(draft, event.data)
    case 'SafetyStockSet':
      move(draft, { safety: event.data.quantity - draft.levels().safety })
      return remember(draft, event.data)
    case 'StockReserved':
      return reserve(draft, event.data)
    case 'ReservationsRefused':
      return refuse(draft, event.data)
    case 'ReservationExtended': {
      const { firstExpiresAt } = heldHold(draft, event.data)
      return hold(draft, event.data, firstExpiresAt)
    }
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
      return draft.setShortfallRecorded(true)
    default:
      return unreachable(event)
  }
}

/** The levels that an event carries and those that the fold reached must agree, and nothing may be promised twice. */
const checkLevels = (draft: StockDraft, event: StockEvent): void => {
  const { onHand, held, committed } = draft.levels()
  const { onHandAfter, heldAfter, committedAfter } = event.data
  const agree = onHand === onHandAfter && held === heldAfter && committed === committedAfter
  assert(agree, `${event.type}: levels differ from the fold (${onHand}, ${held}, ${committed})`)
  const fits = held + committed <= onHand
  assert(fits || draft.shortfallRecorded(), `${event.type}: more is held and committed than is on hand`)
  if (fits && event.type !== 'StockShortfallFound') draft.setShortfallRecorded(false)
}

/** Applies one event to a draft that the caller owns. Throws an AssertionError where the log contradicts itself. */
export const evolveStock = (draft: StockDraft, event: StockEvent): void => {
  change(draft, event)
  checkLevels(draft, event)
  forgetOld(draft, event.data.at)
}

/** A fold over a stock stream, from its beginning or from a snapshot. */
export const createStockFold = (
  from: StockSnapshot = emptyStock,
): Fold<StockState, StockEvent> & { readonly snapshot: () => StockSnapshot } => {
  const draft = createStockDraft(from)
  const view = viewOf(draft)
  return {
    state: () => view,
    apply: (event) => evolveStock(draft, event),
    mark: draft.undo.mark,
    rollBack: draft.undo.rollBack,
    settle: () => {
      draft.undo.clear()
      for (const queue of [draft.due, draft.endedOrder, draft.refusedOrder, draft.returnedOrder, draft.appliedOrder])
        queue.compact()
    },
    snapshot: () => snapshotOf(draft),
  }
}
