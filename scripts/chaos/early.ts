import type { RecordedEvent } from '#domain/events.ts'

/** Holds that were let expire before their time, by the log's own stamps: a wrong clock somewhere must not cost anybody theirs. */
export const releasedEarly = (events: Iterable<RecordedEvent>): readonly string[] => {
  const expiresAt = new Map<string, number>()
  const early: string[] = []
  for (const event of events) {
    if (event.type !== 'StockReserved' && event.type !== 'ReservationExtended' && event.type !== 'ReservationExpired')
      continue
    const hold = `${event.stream} ${event.data.reservationId}/${event.data.line}`
    if (event.type !== 'ReservationExpired') {
      expiresAt.set(hold, event.data.expiresAt)
      continue
    }
    const left = (expiresAt.get(hold) ?? 0) - event.created
    if (left > 0) early.push(`${hold} expired ${left} ms before its time`)
  }
  return early
}
