import { accepted, refused } from '../decision.ts'
import { type Instant, secondsAfter } from '../values/instant.ts'
import type { ReserveStock, StockDecision } from './commands.ts'
import type { StockEvent } from './events.ts'
import { expireDue } from './expiry.ts'
import { createLevelRun } from './levels.ts'
import { type Hold, holdKeyOf, holdOf, memory, type StockState } from './state.ts'

/** The answer for a known hold id: the same quantity gets the same answer, another is refused, an ended id stays ended. */
const fromHold = (command: ReserveStock, hold: Hold): StockDecision => {
  if (hold.stage === 'ended') return refused({ code: 'reservation_closed' })
  if (hold.quantity !== command.quantity) return refused({ code: 'reservation_conflict' })
  return accepted([], { kind: 'held', firstExpiresAt: hold.firstExpiresAt })
}

const fromRefusal = (command: ReserveStock, state: StockState, key: string, at: Instant): StockDecision | undefined => {
  const refusal = state.refusals.byKey.get(key)
  if (refusal === undefined || at - refusal.at >= memory.refusals.milliseconds) return undefined
  if (refusal.quantity !== command.quantity) return refused({ code: 'reservation_conflict' })
  return refused({ code: 'out_of_stock', available: refusal.available })
}

/** The first answer to a hold id is remembered, a refusal too, and given again while the quantity is the same. */
export const reserveStock = (command: ReserveStock, state: StockState, at: Instant): StockDecision => {
  const { commandId, reservationId, line, quantity } = command
  const key = holdKeyOf(reservationId, line)
  const hold = holdOf(state, key, at)
  const remembered = hold ? fromHold(command, hold) : fromRefusal(command, state, key, at)
  if (remembered) return remembered

  const run = createLevelRun(state.levels)
  const fits = (): boolean => run.available() >= quantity
  const expired = fits() ? [] : expireDue(state, run, { at, commandId, enough: fits })
  if (fits()) {
    const expiresAt = secondsAfter(at, command.ttlSeconds)
    const levels = run.after({ held: quantity })
    const data = { at, commandId, reservationId, line, quantity, expiresAt, ...levels }
    return accepted([...expired, { type: 'StockReserved', data }], { kind: 'held', firstExpiresAt: expiresAt })
  }
  const available = run.available()
  const refusal = { reservationId, line, commandId, quantity, available, reason: 'out_of_stock' as const }
  const data = { at, commandId, ...run.after({}), refusals: [{ ...refusal, final: command.final }] }
  const events: readonly StockEvent[] = [...expired, { type: 'ReservationsRefused', data }]
  return { outcome: 'refused', events, refusal: { code: 'out_of_stock', available } }
}
