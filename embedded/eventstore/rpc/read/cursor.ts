import type { Page, StoredEvent } from '../../log/page.ts'
import type { Storage } from '../../log/storage.ts'
import type { ReadPlan } from './read-plan.ts'

/** Walks the log as a plan says. An empty page is the end for now; forwards, a later call finds what was appended since. */
export type Cursor = { readonly next: (limit: number) => Page }

/** Events a reader asks for at a time: the longest stretch without a turn of the event loop. */
export const pageEventsMax = 256

const emptyPage: Page = { events: [], more: false }

export const openCursor = (storage: Storage, plan: ReadPlan): Cursor => {
  return plan.source.kind === 'all' ? openAll(storage, plan, plan.source) : openStream(storage, plan, plan.source)
}

/** Forwards from a position includes it, backwards excludes it. A subscription is exclusive. */
const openAll = (storage: Storage, plan: ReadPlan, source: ReadPlan['source'] & { kind: 'all' }): Cursor => {
  const { direction } = plan
  const withStream = source.filter?.field === 'stream'
  let from = startOf(source.from, () => (direction === 'forwards' ? storage.end().position : Number.MAX_SAFE_INTEGER))
  if (plan.limit.kind === 'subscription' && typeof source.from === 'number') from += 1
  return cursor(
    (limit) => storage.readPage({ kind: 'all', direction, from, withStream }, limit),
    (last) => {
      from = direction === 'forwards' ? last.position + 1 : last.position
    },
  )
}

/** From a revision includes it in both directions. A subscription is exclusive, and its stream may not exist yet. */
const openStream = (storage: Storage, plan: ReadPlan, source: ReadPlan['source'] & { kind: 'stream' }): Cursor => {
  const { direction } = plan
  let streamId = storage.streamId(source.stream)
  const afterLast = (): number => (streamId === undefined ? 0 : storage.lastRevision(streamId) + 1)
  let from = startOf(source.from, afterLast)
  if (plan.limit.kind === 'subscription' && typeof source.from === 'number') from += 1
  return cursor(
    (limit) => {
      streamId ??= storage.streamId(source.stream)
      return streamId === undefined ? emptyPage : storage.readPage({ kind: 'stream', direction, from, streamId }, limit)
    },
    (last) => {
      from = direction === 'forwards' ? last.revision + 1 : last.revision - 1
    },
  )
}

const startOf = (from: ReadPlan['source']['from'], end: () => number): number => {
  if (from === 'start') return 0
  return from === 'end' ? end() : from
}

const cursor = (read: (limit: number) => Page, moveTo: (last: StoredEvent) => void): Cursor => {
  return {
    next: (limit) => {
      const page = read(limit)
      const last = page.events.at(-1)
      if (last !== undefined) moveTo(last)
      return page
    },
  }
}
