import { createDraftQueue, type DraftQueue } from './draft-queue.ts'
import { createDraftMap, type DraftMap, type UndoLog } from './undo.ts'
import type { Instant } from './values/instant.ts'

/** How long, and how many entries at most, something is remembered, by the events' own `at`. */
export type MemoryBound = { readonly milliseconds: number; readonly entriesMax: number }

type Dated = { readonly at: Instant }

export type DraftMemory<Value extends Dated> = {
  /** As it is now: to be asked for again after a change. */
  readonly view: ReadonlyMap<string, Value>
  readonly remember: (key: string, value: Value) => void
  readonly drop: (key: string) => void
  /** Forgets what is past its bound, oldest first: every reader of the log forgets the same at the same event. */
  readonly forget: (now: Instant) => void
  /** Oldest first; a memory made from these forgets in the same order. */
  readonly entries: () => ReadonlyArray<readonly [string, Value]>
}

type Kept<Value> = {
  readonly map: DraftMap<Value>
  readonly order: DraftQueue<{ readonly key: string; readonly at: Instant }>
}

const nothing: ReadonlyMap<string, never> = new Map<string, never>()

/**
 * Answers that a stream remembers for a while. Changes can be taken back. Most streams never remember anything of most kinds,
 * and a process has many thousands of streams in memory: what keeps the answers is made with the first of them.
 */
export const createDraftMemory = <Value extends Dated>(
  undo: UndoLog,
  bound: MemoryBound,
  initial: ReadonlyArray<readonly [string, Value]>,
): DraftMemory<Value> => {
  const make = (): Kept<Value> => ({
    map: createDraftMap(undo, initial),
    order: createDraftQueue(
      undo,
      ({ at }) => at,
      initial.map(([key, { at }]) => ({ key, at })),
    ),
  })
  let kept = initial.length === 0 ? undefined : make()
  return {
    get view() {
      return kept?.map.view ?? nothing
    },
    remember: (key, value) => {
      kept ??= make()
      kept.map.set(key, value)
      kept.order.insert({ key, at: value.at })
    },
    drop: (key) => kept?.map.delete(key),
    forget: (now) => {
      if (kept === undefined) return
      const { map, order } = kept
      for (let oldest = order.first(); oldest !== undefined; oldest = order.first()) {
        if (now - oldest.at < bound.milliseconds && map.view.size <= bound.entriesMax) return
        order.dropFirst()
        // An entry that was remembered again later is left for its later turn.
        if (map.view.get(oldest.key)?.at === oldest.at) map.delete(oldest.key)
      }
    },
    entries: () => {
      const current = new Map<string, Value>()
      for (const { key, at } of kept?.order.entries() ?? []) {
        const value = kept?.map.view.get(key)
        if (value?.at === at && !current.has(key)) current.set(key, value)
      }
      return [...current]
    },
  }
}
