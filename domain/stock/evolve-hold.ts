import { assert } from '../assert.ts'
import { drop, remember } from '../memory.ts'
import { dropFirst, enqueue, firstOf } from '../time-queue.ts'
import { deleteEntry, setEntry, setField } from '../undo.ts'
import type { Instant } from '../values/instant.ts'
import type { StockDraft } from './draft.ts'
import type { StockEvent } from './events.ts'
import { type Committed, type Ending, type Held, heldUntil, holdKeyOf, type Levels, type OpenHold } from './state.ts'

// How each event of a hold changes a draft. The rules of the decider are asserted again here, so that a fold throws at the
// first event that contradicts the log before it.

type Step<Type extends StockEvent['type']> = Extract<StockEvent, { readonly type: Type }>['data']
type Named = { readonly reservationId: string; readonly line: number; readonly quantity: number; readonly at: Instant }

const keyOf = (data: Named): string => holdKeyOf(data.reservationId, data.line)

export const move = (draft: StockDraft, change: Partial<Levels>): void => {
  const { onHand, held, committed, safety } = draft.levels
  setField(draft.undo, draft, 'levels', {
    onHand: onHand + (change.onHand ?? 0),
    held: held + (change.held ?? 0),
    committed: committed + (change.committed ?? 0),
    safety: safety + (change.safety ?? 0),
  })
}

const heldUnder = (draft: StockDraft, key: string, quantity: number): Held => {
  const hold = draft.open.get(key)
  assert(hold?.stage === 'held' && hold.quantity === quantity, `no such hold: ${key}`)
  return hold
}

const committedUnder = (draft: StockDraft, key: string): Committed => {
  const hold = draft.open.get(key)
  assert(hold?.stage === 'committed', `no such commitment: ${key}`)
  return hold
}

const hold = (draft: StockDraft, key: string, held: Held): void => {
  setEntry(draft.undo, draft.open, key, held)
  enqueue(draft.undo, draft.due, { key, at: held.expiresAt })
}

const end = (
  draft: StockDraft,
  key: string,
  was: OpenHold,
  ended: { ending: Ending; shipped: number; at: Instant },
) => {
  const { quantity, reservedAt, firstExpiresAt } = was
  deleteEntry(draft.undo, draft.open, key)
  remember(draft.undo, draft.ended, key, { stage: 'ended', ...ended, quantity, reservedAt, firstExpiresAt })
}

export const endHeld = (draft: StockDraft, data: Named, ending: Ending): void => {
  const key = keyOf(data)
  const was = heldUnder(draft, key, data.quantity)
  assert(ending !== 'expired' || was.expiresAt <= data.at, `not due yet: ${key}`)
  move(draft, { held: -data.quantity })
  end(draft, key, was, { ending, shipped: 0, at: data.at })
}

export const reserve = (draft: StockDraft, data: Step<'StockReserved'>): void => {
  const key = keyOf(data)
  assert(!draft.open.has(key), `held already: ${key}`)
  const { reservationId, line, quantity, expiresAt, at } = data
  drop(draft.undo, draft.ended, key)
  move(draft, { held: quantity })
  const firstExpiresAt = expiresAt
  hold(draft, key, { stage: 'held', reservationId, line, quantity, reservedAt: at, firstExpiresAt, expiresAt })
}

export const refuse = (draft: StockDraft, data: Step<'ReservationsRefused'>): void => {
  for (const { reservationId, line, quantity, available } of data.refusals)
    remember(draft.undo, draft.refusals, holdKeyOf(reservationId, line), { quantity, available, at: data.at })
}

export const extend = (draft: StockDraft, data: Step<'ReservationExtended'>): void => {
  const key = keyOf(data)
  const was = heldUnder(draft, key, data.quantity)
  assert(data.expiresAt > was.expiresAt, `an extension does not end later: ${key}`)
  hold(draft, key, { ...was, expiresAt: data.expiresAt })
}

export const voidHold = (draft: StockDraft, data: Step<'ReservationVoided'>): void => {
  if (data.reason === 'shortfall') return endHeld(draft, data, 'voided')
  const key = keyOf(data)
  assert(data.quantity === 0 && !draft.open.has(key), `a tombstone for an open hold: ${key}`)
  const nothing = { quantity: 0, shipped: 0, reservedAt: null, firstExpiresAt: null }
  remember(draft.undo, draft.ended, key, { stage: 'ended', ending: 'voided', ...nothing, at: data.at })
}

export const reinstate = (draft: StockDraft, data: Step<'ReservationReinstated'>): void => {
  const key = keyOf(data)
  const was = draft.ended.byKey.get(key)
  assert(
    was?.ending === 'expired' && was.quantity === data.quantity,
    `a hold is reinstated that has not expired: ${key}`,
  )
  const { reservationId, line, quantity, expiresAt } = data
  const firstExpiresAt = was.firstExpiresAt ?? expiresAt
  const reservedAt = was.reservedAt ?? data.at
  drop(draft.undo, draft.ended, key)
  move(draft, { held: quantity })
  hold(draft, key, { stage: 'held', reservationId, line, quantity, reservedAt, firstExpiresAt, expiresAt })
}

export const commit = (draft: StockDraft, data: Step<'ReservationCommitted'>): void => {
  const key = keyOf(data)
  const { reservationId, line, quantity, reservedAt, firstExpiresAt } = heldUnder(draft, key, data.quantity)
  move(draft, { held: -quantity, committed: quantity })
  setEntry(draft.undo, draft.open, key, {
    stage: 'committed',
    reservationId,
    line,
    quantity,
    reservedAt,
    firstExpiresAt,
    shipped: 0,
  })
}

export const ship = (draft: StockDraft, data: Step<'StockShipped'>): void => {
  const key = keyOf(data)
  const was = committedUnder(draft, key)
  const { quantity, shippedAfter: shipped, at } = data
  assert(was.shipped + quantity === shipped && shipped <= was.quantity, `shipped does not add up: ${key}`)
  move(draft, { onHand: -quantity, committed: -quantity })
  if (shipped === was.quantity) end(draft, key, was, { ending: 'shipped', shipped, at })
  else setEntry(draft.undo, draft.open, key, { ...was, shipped })
}

export const cancelCommitment = (draft: StockDraft, data: Step<'CommitmentCancelled'>): void => {
  const key = keyOf(data)
  const was = committedUnder(draft, key)
  assert(was.shipped + data.quantity === was.quantity, `a cancellation leaves units committed: ${key}`)
  move(draft, { committed: -data.quantity })
  end(draft, key, was, { ending: 'cancelled', shipped: was.shipped, at: data.at })
}

export const takeBack = (draft: StockDraft, data: Step<'StockReturned'>): void => {
  const key = keyOf(data)
  const known = draft.returns.byKey.get(key)
  const addsUp = known === undefined || known.returned + data.quantity === data.returnedAfter
  assert(addsUp && data.quantity <= data.returnedAfter, `returned does not add up: ${key}`)
  if (data.restocked) move(draft, { onHand: data.quantity })
  remember(draft.undo, draft.returns, key, { returned: data.returnedAfter, at: data.at })
}

/** Removes entries of extended, committed or ended holds from the front of the due queue. */
export const dropStaleDue = (draft: StockDraft): void => {
  for (let first = firstOf(draft.due); first !== undefined; first = firstOf(draft.due)) {
    if (heldUntil(draft, first) !== undefined) return
    dropFirst(draft.undo, draft.due)
  }
}
