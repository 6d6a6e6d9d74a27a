import { createRecentMap } from './recent-map.ts'
import type { Storage } from './storage.ts'

export type StreamHead = { readonly streamId: number; readonly revision: number }

const headsKept = 25_000

/** The last revision of each stream written lately; of any other it is read from the log. */
export const createStreamHeads = (storage: Storage) => {
  const heads = createRecentMap<string, StreamHead>(headsKept)
  return {
    remember: heads.set,
    find: (name: string): StreamHead | undefined => {
      const known = heads.get(name)
      if (known !== undefined) return known
      const streamId = storage.streamId(name)
      return streamId === undefined ? undefined : { streamId, revision: storage.lastRevision(streamId) }
    },
    /** After a rollback the log alone knows. */
    forgetAll: heads.clear,
  }
}
