import type { LogEntry } from './log-copy.ts'

const typeOf = (entry: LogEntry): string => ('type' in entry ? entry.type : entry.storedType)

/**
 * Of what was written in a while in which nothing may have happened: without what only time has done, to holds and orders
 * that were waited for in vain. Whether it was time is another record's question (`early.ts`).
 */
export const withoutWhatTimeDid = (entries: readonly LogEntry[]): readonly LogEntry[] => {
  const expired = new Set(entries.filter((entry) => typeOf(entry) === 'OrderExpired').map(({ stream }) => stream))
  const ofTime = ['ReservationExpired', ...(expired.size > 0 ? ['ReservationReleased'] : [])]
  return entries.filter((entry) => !expired.has(entry.stream) && !ofTime.includes(typeOf(entry)))
}

/** For people: what came, and where. */
export const nameOfEntry = (entry: LogEntry): string => `${entry.stream}: ${typeOf(entry)}`
