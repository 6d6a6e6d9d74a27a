import type { Instant } from '../values/instant.ts'
import type { StockEvent } from './events.ts'
import type { LevelRun } from './levels.ts'
import { dueHolds, type Held, type StockState } from './state.ts'

/** One decision appends at most this many expiries; the next decision continues. */
export const expiriesMax = 200

export const expired = (hold: Held, run: LevelRun, decision: { at: Instant; commandId: string }): StockEvent => {
  const { reservationId, line, quantity } = hold
  const { at, commandId } = decision
  const data = { at, commandId, reservationId, line, quantity, cause: null, ...run.after({ held: -quantity }) }
  return { type: 'ReservationExpired', data }
}

/**
 * The expiries of due holds, oldest first, until `enough` is true. A decision that relies on an expiry appends it in the same
 * write, before its own event, so levels depend on the log alone.
 */
export const expireDue = (
  state: StockState,
  run: LevelRun,
  options: { readonly at: Instant; readonly commandId: string; readonly enough: () => boolean },
): readonly StockEvent[] => {
  const events: StockEvent[] = []
  for (const hold of dueHolds(state)) {
    if (hold.expiresAt > options.at || events.length >= expiriesMax || options.enough()) break
    events.push(expired(hold, run, options))
  }
  return events
}
