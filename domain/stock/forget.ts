import type { DraftMap, DraftQueue } from '../undo.ts'
import type { Instant } from '../values/instant.ts'
import type { Remembered, StockDraft } from './draft.ts'
import { memory } from './state.ts'

type Bound = { readonly milliseconds: number; readonly entriesMax: number }

/** Drops what is older than its bound, oldest first. An entry that was remembered again later is left for its later turn. */
const forget = (queue: DraftQueue<Remembered>, now: Instant, bound: Bound, drop: (entry: Remembered) => void): void => {
  for (let oldest = queue.first(); oldest !== undefined; oldest = queue.first()) {
    if (now - oldest.at < bound.milliseconds && queue.size() <= bound.entriesMax) return
    queue.dropFirst()
    drop(oldest)
  }
}

const dropFrom =
  <Value extends { readonly at: Instant }>(map: DraftMap<Value>) =>
  ({ key, at }: Remembered): void => {
    if (map.view.get(key)?.at === at) map.delete(key)
  }

/** Memory is bounded by the events' own time and by number, so every reader of the log forgets the same at the same event. */
export const forgetOld = (draft: StockDraft, now: Instant): void => {
  forget(
    draft.endedOrder,
    now,
    { milliseconds: memory.endedMilliseconds, entriesMax: memory.holdsMax },
    ({ key, at }) => {
      const hold = draft.holds.view.get(key)
      if (hold?.stage === 'ended' && hold.at === at) draft.holds.delete(key)
    },
  )
  const returns = { milliseconds: memory.endedMilliseconds, entriesMax: memory.holdsMax }
  forget(draft.returnedOrder, now, returns, dropFrom(draft.returns))
  const refusals = { milliseconds: memory.refusedMilliseconds, entriesMax: memory.refusalsMax }
  forget(draft.refusedOrder, now, refusals, dropFrom(draft.refusals))
  const applied = { milliseconds: memory.appliedMilliseconds, entriesMax: memory.appliedMax }
  forget(draft.appliedOrder, now, applied, dropFrom(draft.applied))
  dropStaleDue(draft)
}

/** The front of the due queue may name holds that were extended or have moved on; they are of no more use there. */
const dropStaleDue = (draft: StockDraft): void => {
  for (let first = draft.due.first(); first !== undefined; first = draft.due.first()) {
    const hold = draft.holds.view.get(first.key)
    if (hold?.stage === 'held' && hold.expiresAt === first.expiresAt) return
    draft.due.dropFirst()
  }
}
