import type { EventStoreDBClient } from '@eventstore/db-client'
import { followLog } from './follow-log.ts'
import type { FollowedEntry } from './recorded-event.ts'

export type ObserveOptions = {
  /** Streams by the beginning of their names; left out: all but the log's own. */
  readonly streamPrefixes?: readonly string[]
  /**
   * Shown every event that is written from now on. `live` is false for what was caught up on after a lost connection:
   * its `created` says nothing about now.
   */
  readonly observe: (event: FollowedEntry, live: boolean) => void
  readonly signal: AbortSignal
  readonly warn: (line: string) => void
}

/** Follows the log from now on, for log time and caches alone; ends with the signal. */
export const observeLog = async (client: EventStoreDBClient, options: ObserveOptions): Promise<void> => {
  const { observe, ...follow } = options
  for await (const { entries, live } of followLog(client, { ...follow, after: 'end' }))
    for (const entry of entries) observe(entry, live)
}
