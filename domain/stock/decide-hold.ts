import { unreachable } from '../assert.ts'
import { accepted, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import type { CloseHold, CommitHold, ExpireDueHolds, ExtendHold, ReleaseHold, StockDecision } from './commands.ts'
import type { StockEvent } from './events.ts'
import { expireDue, expired } from './expiry.ts'
import { createLevelRun } from './levels.ts'
import { type EndedHold, type Held, type Hold, holdKeyOf, holdOf, type StockState } from './state.ts'

type Fenced = ExtendHold | CommitHold | ReleaseHold | CloseHold

const done = (...events: readonly StockEvent[]): StockDecision => accepted(events, { kind: 'done' })

/** A refusal with the event that is its reason: once it is appended, every process answers the same, whatever its clock. */
const refusedAfter = (event: StockEvent, code: 'hold_expired' | 'hold_lost'): StockDecision => ({
  outcome: 'refused',
  events: [event],
  refusal: { code },
})

/** The hold under the command's id, if it is remembered and its first expiry is the command's fence. */
const fencedHold = (command: Fenced, state: StockState, at: Instant): Hold | undefined => {
  const hold = holdOf(state, holdKeyOf(command.reservationId, command.line), at)
  if (hold === undefined) return undefined
  const fence = command.firstExpiresAt
  return fence === null || hold.firstExpiresAt === null || hold.firstExpiresAt === fence ? hold : undefined
}

const step = (command: Fenced, at: Instant, quantity: number) => {
  const { commandId, reservationId, line, cause } = command
  return { at, commandId, reservationId, line, quantity, cause }
}

export const extendHold = (command: ExtendHold, state: StockState, at: Instant): StockDecision => {
  const hold = fencedHold(command, state, at)
  if (hold === undefined) return refused({ code: 'hold_unknown' })
  if (hold.stage === 'committed') return done()
  if (hold.stage === 'ended') return refused({ code: hold.ending === 'expired' ? 'hold_expired' : 'hold_lost' })
  if (hold.expiresAt >= command.expiresAt) return done()
  const run = createLevelRun(state.levels)
  if (at >= hold.expiresAt)
    return refusedAfter(expired(hold, run, { at, commandId: command.commandId }), 'hold_expired')
  const data = { ...step(command, at, hold.quantity), expiresAt: command.expiresAt }
  return done({ type: 'ReservationExtended', data: { ...data, ...run.after({}) } })
}

/** An expired hold is reinstated for its order if it is still remembered and its units are free. */
const reinstateAndCommit = (command: CommitHold, ended: EndedHold, state: StockState, at: Instant): StockDecision => {
  if (ended.ending !== 'expired') return refused({ code: 'hold_lost' })
  const { quantity } = ended
  const run = createLevelRun(state.levels)
  const fits = (): boolean => run.free() >= quantity
  const expiries = fits() ? [] : expireDue(state, run, { at, commandId: command.commandId, enough: fits })
  if (!fits()) return refused({ code: 'hold_lost' })
  const data = step(command, at, quantity)
  const expiresAt = ended.firstExpiresAt ?? at
  const reinstated = { ...data, expiresAt, ...run.after({ held: quantity }) }
  const committed = { ...data, ...run.after({ held: -quantity, committed: quantity }) }
  return done(
    ...expiries,
    { type: 'ReservationReinstated', data: reinstated },
    { type: 'ReservationCommitted', data: committed },
  )
}

/**
 * A count can leave more holds without units than one append can void. Such a hold is voided when its order commits it,
 * because its units are not there.
 */
const commitHeld = (command: CommitHold, hold: Held, state: StockState, at: Instant): StockDecision => {
  const { quantity } = hold
  const data = step(command, at, quantity)
  const run = createLevelRun(state.levels)
  if (run.free() < 0) {
    const voided = { ...data, reason: 'shortfall' as const, ...run.after({ held: -quantity }) }
    return refusedAfter({ type: 'ReservationVoided', data: voided }, 'hold_lost')
  }
  const levels = run.after({ held: -quantity, committed: quantity })
  return done({ type: 'ReservationCommitted', data: { ...data, ...levels } })
}

/** Commits a hold for its paid order. A hold that is due still counts if nobody has appended its expiry. */
export const commitHold = (command: CommitHold, state: StockState, at: Instant): StockDecision => {
  const hold = fencedHold(command, state, at)
  if (hold === undefined) return refused({ code: 'hold_unknown' })
  if (hold.quantity !== command.quantity && hold.firstExpiresAt !== null)
    return refused({ code: 'reservation_conflict' })
  switch (hold.stage) {
    case 'held':
      return commitHeld(command, hold, state, at)
    case 'committed':
      return done()
    case 'ended':
      return hold.ending === 'shipped' ? done() : reinstateAndCommit(command, hold, state, at)
    default:
      return unreachable(hold)
  }
}

const released = (command: Fenced, hold: Held, state: StockState, at: Instant): StockDecision => {
  const levels = createLevelRun(state.levels).after({ held: -hold.quantity })
  return done({ type: 'ReservationReleased', data: { ...step(command, at, hold.quantity), ...levels } })
}

/**
 * A release can arrive before the reserve that it undoes: the tombstone makes the late reserve fail. If the hold's time has
 * passed already, no reserve can follow, and no tombstone is needed.
 */
const beforeReserve = (command: Fenced, state: StockState, at: Instant): StockDecision => {
  if (command.firstExpiresAt !== null && command.firstExpiresAt <= at) return done()
  if (holdOf(state, holdKeyOf(command.reservationId, command.line), at) !== undefined) return done()
  return done(tombstone(command, 'released_before_reserved', state, at))
}

type TombstoneReason = 'released_before_reserved' | 'closed_after_expiry'

const tombstone = (command: Fenced, reason: TombstoneReason, state: StockState, at: Instant): StockEvent => {
  const data = { ...step(command, at, 0), reason }
  return { type: 'ReservationVoided', data: { ...data, ...createLevelRun(state.levels).after({}) } }
}

/** A commit that is under way elsewhere could bring an expired hold back after its end. The tombstone makes it fail. */
const afterEnd = (command: Fenced, { ending }: EndedHold, state: StockState, at: Instant): StockDecision =>
  ending === 'expired' ? done(tombstone(command, 'closed_after_expiry', state, at)) : done()

export const releaseHold = (command: ReleaseHold, state: StockState, at: Instant): StockDecision => {
  const hold = fencedHold(command, state, at)
  if (hold === undefined) return beforeReserve(command, state, at)
  if (hold.stage === 'held') return released(command, hold, state, at)
  return hold.stage === 'committed' ? refused({ code: 'hold_committed' }) : afterEnd(command, hold, state, at)
}

/** Ends a hold for its order in any stage, so the order can end without knowing whether the hold was committed. */
export const closeHold = (command: CloseHold, state: StockState, at: Instant): StockDecision => {
  const hold = fencedHold(command, state, at)
  if (hold === undefined) return beforeReserve(command, state, at)
  switch (hold.stage) {
    case 'held':
      return released(command, hold, state, at)
    case 'committed': {
      const open = hold.quantity - hold.shipped
      const levels = createLevelRun(state.levels).after({ committed: -open })
      return done({ type: 'CommitmentCancelled', data: { ...step(command, at, open), ...levels } })
    }
    case 'ended':
      return afterEnd(command, hold, state, at)
    default:
      return unreachable(hold)
  }
}

export const expireDueHolds = (command: ExpireDueHolds, state: StockState, at: Instant): StockDecision => {
  const run = createLevelRun(state.levels)
  return done(...expireDue(state, run, { at, commandId: command.commandId, enough: () => false }))
}
