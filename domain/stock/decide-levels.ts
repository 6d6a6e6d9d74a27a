import { accepted, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import type { AdjustStock, CountStock, ReceiveStock, SetSafetyStock, StockDecision } from './commands.ts'
import { type StockEvent, shortfallReservationsMax } from './events.ts'
import { createLevelRun, type LevelRun } from './levels.ts'
import { type Committed, type Held, type Levels, memory, type OpenHold, type StockState } from './state.ts'

/** One count voids at most this many holds, to bound its append. Others are voided when their orders commit them. */
export const voidsMax = 1_000

type Staff = ReceiveStock | AdjustStock | CountStock | SetSafetyStock

/** A command that was applied before gets the levels that it was answered then. */
const appliedBefore = (command: Staff, state: StockState, at: Instant): StockDecision | undefined => {
  const known = state.applied.byKey.get(command.commandId)
  if (known === undefined || at - known.at >= memory.applied.milliseconds) return undefined
  return accepted([], { kind: 'levels', levels: known.levels })
}

const levelsAnswer = (events: readonly StockEvent[], state: StockState, change: Partial<Levels>): StockDecision => {
  const last = events.at(-1)?.data
  const { onHand, held, committed, safety } = state.levels
  return accepted(events, {
    kind: 'levels',
    levels: {
      onHand: last?.onHandAfter ?? onHand,
      held: last?.heldAfter ?? held,
      committed: last?.committedAfter ?? committed,
      safety: change.safety ?? safety,
    },
  })
}

const youngestFirst = (left: OpenHold, right: OpenHold): number =>
  right.reservedAt - left.reservedAt ||
  (right.reservationId === left.reservationId
    ? right.line - left.line
    : right.reservationId < left.reservationId
      ? -1
      : 1)

const isHeld = (hold: OpenHold): hold is Held => hold.stage === 'held'
const isCommitted = (hold: OpenHold): hold is Committed => hold.stage === 'committed'

/** The youngest commitments that cannot be served if this many units are missing. */
const unservedBy = (state: StockState, missing: number): Array<{ reservationId: string; line: number }> => {
  const unserved: Array<{ reservationId: string; line: number }> = []
  if (missing <= 0) return unserved
  let promised = 0
  for (const { reservationId, line, quantity, shipped } of [...state.open.values()]
    .filter(isCommitted)
    .sort(youngestFirst)) {
    if (promised >= missing || unserved.length >= shortfallReservationsMax) break
    unserved.push({ reservationId, line })
    promised += quantity - shipped
  }
  return unserved
}

/**
 * If fewer units remain than are promised, voids the youngest holds and records by how much commitments still exceed them.
 */
const shortfallEvents = (
  state: StockState,
  run: LevelRun,
  command: AdjustStock | CountStock,
  at: Instant,
  change: number,
): readonly StockEvent[] => {
  const { commandId } = command
  const events: StockEvent[] = []
  const missing = (): number => -(run.free() + change)
  if (missing() <= 0) return events
  for (const { reservationId, line, quantity } of [...state.open.values()].filter(isHeld).sort(youngestFirst)) {
    if (missing() <= 0 || events.length >= voidsMax) break
    const named = { at, commandId, reservationId, line, quantity, cause: null, reason: 'shortfall' as const }
    events.push({ type: 'ReservationVoided', data: { ...named, ...run.after({ held: -quantity }) } })
  }
  const quantity = missing()
  // If units were found but too few, the recorded shortfall is larger than the rest and covers it.
  if (quantity <= 0 || change >= 0) return events
  const levels = run.after({})
  const reservations = unservedBy(state, levels.committedAfter - (levels.onHandAfter + change))
  return [...events, { type: 'StockShortfallFound', data: { at, commandId, quantity, reservations, ...levels } }]
}

export const receiveStock = (command: ReceiveStock, state: StockState, at: Instant): StockDecision => {
  const before = appliedBefore(command, state, at)
  if (before) return before
  const { commandId, quantity } = command
  const levels = createLevelRun(state.levels).after({ onHand: quantity })
  return levelsAnswer([{ type: 'StockReceived', data: { at, commandId, quantity, ...levels } }], state, {})
}

export const adjustStock = (command: AdjustStock, state: StockState, at: Instant): StockDecision => {
  const before = appliedBefore(command, state, at)
  if (before) return before
  const { commandId, quantity, reason } = command
  const { onHand } = state.levels
  if (onHand + quantity < 0) return refused({ code: 'below_zero', onHand })
  const run = createLevelRun(state.levels)
  const shortfall = shortfallEvents(state, run, command, at, quantity)
  const data = { at, commandId, quantity, reason, ...run.after({ onHand: quantity }) }
  return levelsAnswer([...shortfall, { type: 'StockAdjusted', data }], state, {})
}

/** A count is never refused, even if it is below what is held or committed. */
export const countStock = (command: CountStock, state: StockState, at: Instant): StockDecision => {
  const before = appliedBefore(command, state, at)
  if (before) return before
  const { commandId, quantity, reason } = command
  const difference = quantity - state.levels.onHand
  const run = createLevelRun(state.levels)
  const shortfall = shortfallEvents(state, run, command, at, difference)
  const data = { at, commandId, quantity, difference, reason, ...run.after({ onHand: difference }) }
  return levelsAnswer([...shortfall, { type: 'StockCounted', data }], state, {})
}

export const setSafetyStock = (command: SetSafetyStock, state: StockState, at: Instant): StockDecision => {
  const before = appliedBefore(command, state, at)
  if (before) return before
  const { commandId, quantity } = command
  const data = { at, commandId, quantity, ...createLevelRun(state.levels).after({}) }
  return levelsAnswer([{ type: 'SafetyStockSet', data }], state, { safety: quantity })
}
