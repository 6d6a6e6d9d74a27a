import type { RecentEvent, Storage } from './storage.ts'

const RECENT_IDS_MAX = 50_000

export type RecentIds = ReturnType<typeof createRecentIds>

/**
 * The ids of the last events of the log, by which appends with `any` and `stream_exists` recognise a retry. Read from the log
 * when such an append first asks, so that a node whose callers name revisions spends nothing on it.
 */
export function createRecentIds(storage: Storage) {
  let known: Map<string, RecentEvent> | undefined
  const load = (): Map<string, RecentEvent> =>
    new Map(
      storage
        .recentEvents(RECENT_IDS_MAX)
        .toReversed()
        .map((event) => [event.id, event]),
    )
  return {
    revisionIn: (streamId: number | undefined, id: string): number | undefined => {
      known ??= load()
      const event = known.get(id)
      return event !== undefined && event.streamId === streamId ? event.revision : undefined
    },
    remember: (event: RecentEvent): void => {
      if (known === undefined) return
      known.set(event.id, event)
      if (known.size <= RECENT_IDS_MAX) return
      for (const oldest of known.keys()) {
        known.delete(oldest)
        return
      }
    },
    /** After a rollback the log alone knows. */
    forgetAll: (): void => {
      known = undefined
    },
  }
}
