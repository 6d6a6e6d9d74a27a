import type { Storage } from './storage.ts'

export type StreamHead = { readonly streamId: number; readonly revision: number }
export type StreamHeads = ReturnType<typeof createStreamHeads>

const HEADS_MAX = 50_000

/** The last revision of each stream written lately; the least recently used is forgotten and read from the log again. */
export function createStreamHeads(storage: Storage) {
  const heads = new Map<string, StreamHead>()
  const remember = (name: string, head: StreamHead): void => {
    heads.delete(name)
    heads.set(name, head)
    if (heads.size <= HEADS_MAX) return
    for (const oldest of heads.keys()) {
      heads.delete(oldest)
      return
    }
  }
  return {
    remember,
    find: (name: string): StreamHead | undefined => {
      const known = heads.get(name)
      if (known !== undefined) return known
      const streamId = storage.streamId(name)
      return streamId === undefined ? undefined : { streamId, revision: storage.lastRevision(streamId) }
    },
    /** After a rollback the log alone knows. */
    forgetAll: (): void => heads.clear(),
  }
}
