import {
  type AllStreamSubscription,
  END,
  type EventStoreDBClient,
  excludeSystemEvents,
  START,
  streamNameFilter,
} from '@eventstore/db-client'
import { errorText } from '#domain/error-text.ts'
import { pause } from '../timers.ts'
import { type FollowedEntry, recordedEvent } from './recorded-event.ts'

// One catch-up subscription as batches that the reader pulls: nothing is taken from the log faster than it is consumed,
// and a dropped connection is taken up again after the last batch that was handed out.

export type FollowedBatch = {
  readonly entries: readonly FollowedEntry[]
  /** Everything up to here was handed out or filtered away; undefined before the first. */
  readonly position: bigint | undefined
  /** The end of history was reached: what comes now comes as it is written. */
  readonly live: boolean
}

/** Follows the log after a position, until the signal is aborted. */
export type Follow = (after: bigint | 'start', signal: AbortSignal) => AsyncGenerator<FollowedBatch>

export type FollowOptions = {
  /** Exclusive; `start` for the whole log, `end` for what is written from now on. */
  readonly after: bigint | 'start' | 'end'
  /** Streams by the beginning of their names; left out: all but the log's own. */
  readonly streamPrefixes?: readonly string[]
  readonly signal: AbortSignal
  readonly warn: (line: string) => void
}

/** Entries in one batch. */
const batchMax = 2_000
const bufferedMax = 4_000
const reconnectMilliseconds = 500

const fromPosition = (after: FollowOptions['after']) => {
  if (after === 'start') return START
  return after === 'end' ? END : { commit: after, prepare: after }
}

const subscribe = (client: EventStoreDBClient, options: FollowOptions, after: FollowOptions['after']) =>
  client.subscribeToAll(
    {
      fromPosition: fromPosition(after),
      filter: options.streamPrefixes
        ? streamNameFilter({ prefixes: [...options.streamPrefixes] })
        : excludeSystemEvents(),
    },
    { highWaterMark: bufferedMax },
  )

/** Waits until the subscription has something to read, has caught up, failed or ended. */
const somethingNew = (subscription: AllStreamSubscription, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const names = ['readable', 'caughtUp', 'error', 'end', 'close'] as const
    const done = (): void => {
      for (const name of names) subscription.off(name, done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    for (const name of names) subscription.on(name, done)
    signal.addEventListener('abort', done)
    // Asked to stop while its last batch was being handled: nobody will say so again.
    if (signal.aborted) done()
  })

const readBatch = (subscription: AllStreamSubscription): FollowedEntry[] => {
  const entries: FollowedEntry[] = []
  while (entries.length < batchMax) {
    const resolved = subscription.read()
    if (resolved === null) break
    if (resolved.event) entries.push(recordedEvent(resolved.event))
  }
  return entries
}

async function* oneConnection(
  subscription: AllStreamSubscription,
  signal: AbortSignal,
): AsyncGenerator<Omit<FollowedBatch, 'position'>> {
  let failure: Error | undefined
  let caughtUp = false
  let announced = false
  subscription.on('error', (error: Error) => {
    failure = error
  })
  subscription.on('caughtUp', () => {
    caughtUp = true
  })
  while (!signal.aborted) {
    const entries = readBatch(subscription)
    // History may still be in the buffer when the end of it is announced: live is what comes after the buffer is empty.
    const live = caughtUp && subscription.readableLength === 0
    if (entries.length > 0) yield { entries, live: announced }
    if (live && !announced) {
      announced = true
      yield { entries: [], live: true }
    }
    if (failure) throw failure
    if (subscription.readableEnded || subscription.destroyed) throw new Error('the subscription ended')
    if (subscription.readableLength === 0) await somethingNew(subscription, signal)
  }
}

/** Follows the log until the signal; drops and reconnects are said in one line and lose nothing. */
export async function* followLog(client: EventStoreDBClient, options: FollowOptions): AsyncGenerator<FollowedBatch> {
  const { signal, warn } = options
  let after = options.after
  let position: bigint | undefined = typeof after === 'bigint' ? after : undefined
  while (!signal.aborted) {
    const subscription = subscribe(client, options, after)
    try {
      for await (const batch of oneConnection(subscription, signal)) {
        position = batch.entries.at(-1)?.position ?? position
        if (position !== undefined) after = position
        yield { ...batch, position }
      }
    } catch (error) {
      warn(`the log cannot be followed (${errorText(error)}): trying again`)
      await pause(reconnectMilliseconds, signal)
    } finally {
      subscription.on('error', () => undefined)
      await subscription.unsubscribe().catch(() => undefined)
    }
  }
}
