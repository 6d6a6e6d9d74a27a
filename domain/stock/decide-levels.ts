import { accepted, type Decision, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import type { AdjustStock, CountStock, ReceiveStock, SetSafetyStock, StockAnswer, StockRefusal } from './commands.ts'
import type { StockDecision } from './decide.ts'
import type { StockEvent } from './events.ts'
import { createLevelRun, type LevelRun } from './levels.ts'
import { type Hold, type Levels, memory, type StockState } from './state.ts'

/** One count voids at most this many holds, so that its append stays bounded; what remains is a recorded shortfall. */
export const voidsMax = 1_000

type Open = Extract<Hold, { stage: 'held' | 'committed' }>
type Staff = ReceiveStock | AdjustStock | CountStock | SetSafetyStock

/** A command that was applied before gets the levels of then. */
const appliedBefore = (command: Staff, state: StockState, at: Instant): StockDecision | undefined => {
  const known = state.applied.get(command.commandId)
  if (known === undefined || at - known.at >= memory.appliedMilliseconds) return undefined
  return accepted([], { kind: 'levels', levels: known.levels })
}

const levelsAnswer = (
  events: readonly StockEvent[],
  state: StockState,
  change: Partial<Levels>,
): Decision<StockEvent, StockAnswer, StockRefusal> => {
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

const byYouth = (left: Open, right: Open): number =>
  right.firstExpiresAt - left.firstExpiresAt || (right.reservationId < left.reservationId ? -1 : 1)

const openHolds = <Stage extends Open['stage']>(
  state: StockState,
  stage: Stage,
): ReadonlyArray<Extract<Hold, { stage: Stage }>> =>
  [...state.holds.values()]
    .filter((hold): hold is Extract<Hold, { stage: Stage }> => hold.stage === stage)
    .sort(byYouth)

/** Fewer units than are promised: the youngest holds go first, and what commitments still exceed is said, with their names. */
const makeFit = (
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
  for (const { reservationId, line, quantity } of openHolds(state, 'held')) {
    if (missing() <= 0 || events.length >= voidsMax) break
    const named = { at, commandId, reservationId, line, quantity, cause: null, reason: 'shortfall' as const }
    events.push({ type: 'ReservationVoided', data: { ...named, ...run.after({ held: -quantity }) } })
  }
  const quantity = missing()
  if (quantity <= 0) return events
  const unserved: Array<{ reservationId: string; line: number }> = []
  let named = 0
  for (const { reservationId, line, quantity: promised } of openHolds(state, 'committed')) {
    if (named >= quantity || unserved.length >= 1_000) break
    unserved.push({ reservationId, line })
    named += promised
  }
  const data = { at, commandId, quantity, reservations: unserved, ...run.after({}) }
  return [...events, { type: 'StockShortfallFound', data }]
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
  const fitting = makeFit(state, run, command, at, quantity)
  const data = { at, commandId, quantity, reason, ...run.after({ onHand: quantity }) }
  return levelsAnswer([...fitting, { type: 'StockAdjusted', data }], state, {})
}

/** A count is a fact: it is recorded, never refused, also below what is held or committed. */
export const countStock = (command: CountStock, state: StockState, at: Instant): StockDecision => {
  const before = appliedBefore(command, state, at)
  if (before) return before
  const { commandId, quantity, reason } = command
  const difference = quantity - state.levels.onHand
  const run = createLevelRun(state.levels)
  const fitting = makeFit(state, run, command, at, difference)
  const data = { at, commandId, quantity, difference, reason, ...run.after({ onHand: difference }) }
  return levelsAnswer([...fitting, { type: 'StockCounted', data }], state, {})
}

export const setSafetyStock = (command: SetSafetyStock, state: StockState, at: Instant): StockDecision => {
  const before = appliedBefore(command, state, at)
  if (before) return before
  const { commandId, quantity } = command
  const data = { at, commandId, quantity, ...createLevelRun(state.levels).after({}) }
  return levelsAnswer([{ type: 'SafetyStockSet', data }], state, { safety: quantity })
}
