import type { Instant } from '../values/instant.ts'
import type { StockEvent } from './events.ts'
import type { LevelRun } from './levels.ts'
import type { StockState } from './state.ts'

/** One decision writes at most this many expiries; the next one goes on. */
export const expiriesMax = 200

/**
 * Writes the expiry of due holds, oldest first, until `enough` says so. A decision that counts on an expiry appends it in
 * the same write, before its own event, so levels depend on the log alone. `spare` names a hold that must not be touched.
 */
export const expireDue = (
  state: StockState,
  run: LevelRun,
  options: {
    readonly at: Instant
    readonly commandId: string
    readonly spare?: string
    readonly enough: () => boolean
  },
): readonly StockEvent[] => {
  const events: StockEvent[] = []
  const seen = new Set<string>()
  for (const { key, expiresAt } of state.due()) {
    if (expiresAt > options.at || events.length >= expiriesMax || options.enough()) break
    const hold = state.holds.get(key)
    const moved = hold?.stage !== 'held' || hold.expiresAt !== expiresAt
    if (moved || seen.has(key) || key === options.spare) continue
    seen.add(key)
    const { reservationId, line, quantity } = hold
    const named = { at: options.at, commandId: options.commandId, reservationId, line, quantity, cause: null }
    events.push({ type: 'ReservationExpired', data: { ...named, ...run.after({ held: -quantity }) } })
  }
  return events
}
