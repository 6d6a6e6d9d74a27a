import { accepted, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import type { ReturnStock, ShipStock } from './commands.ts'
import type { StockDecision } from './decide.ts'
import { createLevelRun } from './levels.ts'
import { holdKeyOf, type StockState } from './state.ts'

/** Commands name the line's total so far, so one that was done before is recognised and writes nothing. */
export const shipStock = (command: ShipStock, state: StockState, at: Instant): StockDecision => {
  const { commandId, reservationId, line, cause } = command
  const hold = state.holds.get(holdKeyOf(reservationId, line))
  // A commitment ends by shipping or by cancelling, and a shipped order cannot be cancelled: what is gone was shipped.
  if (hold === undefined || (hold.stage === 'ended' && hold.ending === 'shipped')) return accepted([], { kind: 'done' })
  if (hold.stage !== 'committed') return refused({ code: 'hold_lost' })
  const quantity = command.shippedTotal - hold.shipped
  if (quantity <= 0) return accepted([], { kind: 'done' })
  if (command.shippedTotal > hold.quantity) return refused({ code: 'reservation_conflict' })
  const levels = createLevelRun(state.levels).after({ onHand: -quantity, committed: -quantity })
  const data = { at, commandId, reservationId, line, quantity, cause, shippedAfter: command.shippedTotal, ...levels }
  return accepted([{ type: 'StockShipped', data }], { kind: 'done' })
}

export const returnStock = (command: ReturnStock, state: StockState, at: Instant): StockDecision => {
  const { commandId, reservationId, line, cause } = command
  const known = state.returns.get(holdKeyOf(reservationId, line))
  const quantity = known === undefined ? command.quantity : command.returnedTotal - known.returned
  if (quantity <= 0) return accepted([], { kind: 'done' })
  const levels = createLevelRun(state.levels).after({ onHand: command.restock ? quantity : 0 })
  const named = { at, commandId, reservationId, line, quantity, cause }
  const data = { ...named, returnedAfter: command.returnedTotal, restocked: command.restock, ...levels }
  return accepted([{ type: 'StockReturned', data }], { kind: 'done' })
}
