import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { CommitFeed, FeedKey } from '../../log/commit-feed.ts'
import type { StoredEvent } from '../../log/page.ts'
import type { Storage } from '../../log/storage.ts'
import { openCursor, pageEventsMax } from './cursor.ts'
import { type EventFilter, passes } from './event-filter.ts'
import type { Outlet } from './outlet.ts'
import { createPresenter } from './presentation.ts'
import { caughtUp, checkpoint, confirmation } from './read-messages.ts'
import type { ReadPlan } from './read-plan.ts'

/**
 * Sends a confirmation, the history, one message that it has caught up, and then new commits. History and live events are both
 * read from disk in pages, so a slow subscriber needs one page of memory however far it is behind.
 */
export const serveSubscription = async (
  plan: ReadPlan,
  outlet: Outlet,
  parts: { readonly storage: Storage; readonly feed: CommitFeed },
): Promise<void> => {
  const { storage, feed } = parts
  const cursor = openCursor(storage, plan)
  const present = createPresenter(storage, plan)
  const key: FeedKey = plan.source.kind === 'all' ? 'all' : { stream: plan.source.stream }
  const filter = plan.source.kind === 'all' ? plan.source.filter : undefined
  const checkpoints = filter && createCheckpoints(filter, outlet)
  let isLive = false

  outlet.send(confirmation(randomUUID()))
  while (!outlet.signal.aborted) {
    const seen = feed.commits()
    const page = cursor.next(pageEventsMax)
    for (const event of page.events) {
      if (filter === undefined || passes(filter, event)) outlet.send(present(event))
      checkpoints?.consider(event)
    }
    await outlet.ready()
    if (page.more) {
      await turn()
      continue
    }
    if (!isLive) {
      isLive = true
      checkpoints?.send()
      outlet.send(caughtUp())
    }
    await feed.next(key, seen, outlet.signal)
  }
}

/** Sends the position of the last event gone through, every so many events, and never the same twice. */
const createCheckpoints = (filter: EventFilter, outlet: Outlet) => {
  let considered = 0
  let position: number | undefined
  const send = (): void => {
    if (position !== undefined) outlet.send(checkpoint(position))
    position = undefined
    considered = 0
  }
  return {
    send,
    consider: (event: StoredEvent): void => {
      position = event.position
      considered += 1
      if (considered >= filter.checkpointEvery) send()
    },
  }
}
