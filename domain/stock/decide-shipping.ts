import { accepted, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import type { ReturnStock, ShipStock, StockDecision } from './commands.ts'
import { createLevelRun } from './levels.ts'
import { type Hold, holdKeyOf, holdOf, type StockState } from './state.ts'

/** The command names the line's total so far, so a repeated command is recognised and gives no event. */
export const shipStock = (command: ShipStock, state: StockState, at: Instant): StockDecision => {
  const { commandId, reservationId, line, cause, shippedTotal } = command
  const hold = holdOf(state, holdKeyOf(reservationId, line), at)
  // A commitment is remembered until it is shipped or cancelled, and an order that ships was not cancelled. So an unknown
  // hold was shipped and then forgotten.
  if (hold === undefined) return accepted([], { kind: 'done' })
  if (hold.stage === 'held') return refused({ code: 'hold_lost' })
  if (shippedTotal <= hold.shipped) return accepted([], { kind: 'done' })
  if (hold.stage === 'ended' && hold.ending !== 'shipped') return refused({ code: 'hold_lost' })
  if (shippedTotal > hold.quantity) return refused({ code: 'reservation_conflict' })
  const quantity = shippedTotal - hold.shipped
  // Under a shortfall a parcel can leave with units that the count missed. Somebody has to count again.
  if (quantity > state.levels.onHand) return refused({ code: 'below_zero', onHand: state.levels.onHand })
  const levels = createLevelRun(state.levels).after({ onHand: -quantity, committed: -quantity })
  const data = { at, commandId, reservationId, line, quantity, cause, shippedAfter: shippedTotal, ...levels }
  return accepted([{ type: 'StockShipped', data }], { kind: 'done' })
}

const shippedOf = (hold: Hold | undefined): number => {
  if (hold === undefined) return Number.POSITIVE_INFINITY
  return hold.stage === 'held' ? 0 : hold.shipped
}

/** Refuses more than was shipped. If the hold is forgotten, the order has already checked that. */
export const returnStock = (command: ReturnStock, state: StockState, at: Instant): StockDecision => {
  const { commandId, reservationId, line, cause, returnedTotal } = command
  const key = holdKeyOf(reservationId, line)
  const known = state.returns.byKey.get(key)
  const quantity = known === undefined ? command.quantity : returnedTotal - known.returned
  if (quantity <= 0) return accepted([], { kind: 'done' })
  if (returnedTotal > shippedOf(holdOf(state, key, at))) return refused({ code: 'reservation_conflict' })
  const levels = createLevelRun(state.levels).after({ onHand: command.restock ? quantity : 0 })
  const named = { at, commandId, reservationId, line, quantity, cause }
  const data = { ...named, returnedAfter: returnedTotal, restocked: command.restock, ...levels }
  return accepted([{ type: 'StockReturned', data }], { kind: 'done' })
}
