import { createRecentMap } from './recent-map.ts'
import type { RecentEvent, Storage } from './storage.ts'

const recentIdsKept = 25_000

/**
 * The ids of the last events of the log, by which appends with `any` and `stream_exists` recognise a retry. Read from the log
 * when such an append first asks, so that a node whose callers name revisions spends nothing on it.
 */
export const createRecentIds = (storage: Storage) => {
  const known = createRecentMap<string, RecentEvent>(recentIdsKept)
  let isLoaded = false
  const load = (): void => {
    isLoaded = true
    for (const event of storage.recentEvents(recentIdsKept).toReversed()) known.set(event.id, event)
  }
  return {
    revisionIn: (streamId: number | undefined, id: string): number | undefined => {
      if (!isLoaded) load()
      const event = known.get(id)
      return event !== undefined && event.streamId === streamId ? event.revision : undefined
    },
    remember: (event: RecentEvent): void => {
      if (isLoaded) known.set(event.id, event)
    },
    /** After a rollback the log alone knows. */
    forgetAll: (): void => {
      isLoaded = false
      known.clear()
    },
  }
}
