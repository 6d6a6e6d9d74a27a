import { createDraftQueue } from './draft-queue.ts'
import { createDraftMap, type UndoLog } from './undo.ts'
import type { Instant } from './values/instant.ts'

/** How long, and how many entries at most, something is remembered, by the events' own `at`. */
export type MemoryBound = { readonly milliseconds: number; readonly entriesMax: number }

type Dated = { readonly at: Instant }

export type DraftMemory<Value extends Dated> = {
  readonly view: ReadonlyMap<string, Value>
  readonly remember: (key: string, value: Value) => void
  readonly drop: (key: string) => void
  /** Forgets what is past its bound, oldest first: every reader of the log forgets the same at the same event. */
  readonly forget: (now: Instant) => void
  /** Oldest first; a memory made from these forgets in the same order. */
  readonly entries: () => ReadonlyArray<readonly [string, Value]>
}

/** Answers that a stream remembers for a while. Changes can be taken back. */
export const createDraftMemory = <Value extends Dated>(
  undo: UndoLog,
  bound: MemoryBound,
  initial: ReadonlyArray<readonly [string, Value]>,
): DraftMemory<Value> => {
  const map = createDraftMap(undo, initial)
  const order = createDraftQueue(
    undo,
    ({ at }: { readonly key: string; readonly at: Instant }) => at,
    initial.map(([key, { at }]) => ({ key, at })),
  )
  return {
    view: map.view,
    remember: (key, value) => {
      map.set(key, value)
      order.insert({ key, at: value.at })
    },
    drop: map.delete,
    forget: (now) => {
      for (let oldest = order.first(); oldest !== undefined; oldest = order.first()) {
        if (now - oldest.at < bound.milliseconds && map.view.size <= bound.entriesMax) return
        order.dropFirst()
        // An entry that was remembered again later is left for its later turn.
        if (map.view.get(oldest.key)?.at === oldest.at) map.delete(oldest.key)
      }
    },
    entries: () => {
      const current = new Map<string, Value>()
      for (const { key, at } of order.entries()) {
        const value = map.view.get(key)
        if (value?.at === at && !current.has(key)) current.set(key, value)
      }
      return [...current]
    },
  }
}
