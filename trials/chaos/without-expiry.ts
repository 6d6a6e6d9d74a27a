import type { LogEntry } from './log-copy.ts'

const typeOf = (entry: LogEntry): string => ('type' in entry ? entry.type : entry.storedType)

/**
 * For checks that nothing new was appended: leaves out events of holds and orders that only expired meanwhile, as time went by.
 * Whether they expired too early is checked in `early-expiry.ts`.
 */
export const withoutExpiry = (entries: readonly LogEntry[]): readonly LogEntry[] => {
  const expired = new Set(entries.filter((entry) => typeOf(entry) === 'OrderExpired').map(({ stream }) => stream))
  const byTime = ['ReservationExpired', ...(expired.size > 0 ? ['ReservationReleased'] : [])]
  return entries.filter((entry) => !expired.has(entry.stream) && !byTime.includes(typeOf(entry)))
}

/** An entry's stream and type, for findings. */
export const describeEntry = (entry: LogEntry): string => `${entry.stream}: ${typeOf(entry)}`
