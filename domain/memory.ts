import { dropFirst, enqueue, firstOf, type TimeQueue, timeQueueOf } from './time-queue.ts'
import { deleteEntry, setEntry, type UndoLog } from './undo.ts'
import type { Instant } from './values/instant.ts'

/** How long entries are remembered, measured by the `at` of events, and how many at most. */
export type MemoryBound = { readonly milliseconds: number; readonly entriesMax: number }

type Dated = { readonly at: Instant }

/** What a stream remembers for a limited time, by key. Changes can be undone. */
export type Memory<Value extends Dated> = { byKey: Map<string, Value>; readonly order: TimeQueue }

/** Read-only view of a Memory. */
export type Remembered<Value> = { readonly byKey: ReadonlyMap<string, Value> }

/** Shared by all empty memories: there are many thousands of streams, and most of their memories stay empty. */
const nothing = new Map<string, never>()

export const memoryOf = <Value extends Dated>(entries: ReadonlyArray<readonly [string, Value]>): Memory<Value> => ({
  byKey: entries.length === 0 ? nothing : new Map(entries),
  order: timeQueueOf(entries.map(([key, { at }]) => ({ key, at }))),
})

export const remember = <Value extends Dated>(
  undo: UndoLog,
  memory: Memory<Value>,
  key: string,
  value: Value,
): void => {
  if (memory.byKey === nothing) memory.byKey = new Map()
  setEntry(undo, memory.byKey, key, value)
  enqueue(undo, memory.order, { key, at: value.at })
}

export const drop = <Value extends Dated>(undo: UndoLog, memory: Memory<Value>, key: string): void =>
  deleteEntry(undo, memory.byKey, key)

/** Forgets entries beyond the bound, oldest first. Every reader of the log forgets the same entries at the same event. */
export const forget = <Value extends Dated>(
  undo: UndoLog,
  { byKey, order }: Memory<Value>,
  bound: MemoryBound,
  now: Instant,
): void => {
  for (let oldest = firstOf(order); oldest !== undefined; oldest = firstOf(order)) {
    if (now - oldest.at < bound.milliseconds && byKey.size <= bound.entriesMax) return
    dropFirst(undo, order)
    // A key that was remembered again has a later entry in the queue: it stays until that entry's turn.
    if (byKey.get(oldest.key)?.at === oldest.at) deleteEntry(undo, byKey, oldest.key)
  }
}

/** All entries, oldest first. A memory made from them forgets in the same order. */
export const entriesOf = <Value extends Dated>({
  byKey,
  order,
}: Memory<Value>): ReadonlyArray<readonly [string, Value]> => {
  const current = new Map<string, Value>()
  for (const { key, at } of order.flat()) {
    const value = byKey.get(key)
    if (value?.at === at && !current.has(key)) current.set(key, value)
  }
  return [...current]
}
