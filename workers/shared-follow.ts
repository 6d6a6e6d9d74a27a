import type { Follow, FollowedBatch } from '#platform/eventstore/follow-log.ts'

// One live subscription for several readers of this process, so that events are sent and decoded once. Each reader first
// catches up on its own subscription. The first one that reaches the end of the log shares its subscription; readers that
// get there later go on from the batches kept since. A batch is taken as soon as any reader asks for more, and a bounded
// number of batches is kept: a reader that falls further behind catches up on its own again, so no reader waits for
// another.

/** How many entries are kept after the fastest reader has had them. */
export type Kept = {
  /** While a reader is behind: some seconds of entries under load. */
  readonly forReaders: number
  /** Even if every reader has had them, for a reader that is about to join: less than a second of entries under load. */
  readonly forJoining: number
}

const keptUnlessGiven: Kept = { forReaders: 20_000, forJoining: 2_000 }
/** A reader gets about this many kept entries at once, because its step costs more than an entry. */
const entriesAtOnce = 2_000

/** A subscription, with the controller that ends it. */
type Subscription = { readonly batches: AsyncGenerator<FollowedBatch>; readonly controller: AbortController }

/** `after` is the position before the batch, `upTo` the position at its end. */
type KeptBatch = { readonly after: bigint; readonly upTo: bigint; readonly batch: FollowedBatch }

/** Several batches joined into one. */
type Joint = { readonly upTo: bigint; readonly batch: FollowedBatch }

type Reader = {
  /** The next entries. Undefined if they are not kept any more, the signal is aborted, or the subscription has ended. */
  readonly next: (signal: AbortSignal) => Promise<FollowedBatch | undefined>
  /** The position up to which the reader has had all entries. */
  readonly position: () => bigint
  /** The last reader that leaves ends the subscription. */
  readonly leave: () => Promise<void>
}

type Shared = {
  /** Whether all entries after a position are kept or still to come. */
  readonly covers: (position: bigint) => boolean
  readonly join: (position: bigint) => Reader
}

const end = async ({ batches, controller }: Subscription): Promise<void> => {
  controller.abort()
  await batches.return(undefined)
}

/** The entries after a position, from batches in the log's order; undefined if there are none. */
const jointAfter = (kept: readonly KeptBatch[], position: bigint): Joint | undefined => {
  // Search from the end, because most readers are near it.
  let index = kept.length
  while (index > 0 && (kept[index - 1]?.upTo ?? 0n) > position) index -= 1
  const entries: FollowedBatch['entries'][number][] = []
  let upTo = position
  let live = true
  for (const { batch, ...one } of kept.slice(index)) {
    if (entries.length >= entriesAtOnce) break
    for (const entry of batch.entries) if (entry.position > position) entries.push(entry)
    upTo = one.upTo
    live &&= batch.live
  }
  return upTo === position ? undefined : { upTo, batch: { entries, position: upTo, live } }
}

const share = (subscription: Subscription, start: bigint, { forReaders, forJoining }: Kept): Shared => {
  const kept: KeptBatch[] = []
  const standings = new Set<{ position: bigint }>()
  const waiting = new Set<() => void>()
  let entriesKept = 0
  let reached = start
  let isPulling = false
  let isOver = false

  /** Whether no reader needs the batch any more, or too many entries are kept. */
  const isForgettable = ({ upTo }: KeptBatch): boolean =>
    entriesKept > forReaders || (entriesKept > forJoining && [...standings].every(({ position }) => position >= upTo))

  const forget = (): void => {
    for (let oldest = kept[0]; oldest && kept.length > 1 && isForgettable(oldest); oldest = kept[0]) {
      kept.shift()
      entriesKept -= oldest.batch.entries.length
    }
  }

  const keep = (batch: FollowedBatch): void => {
    const upTo = batch.position ?? reached
    // The batch has nothing new: it announces the end of history, or repeats entries after a reconnection.
    if (upTo <= reached) return
    kept.push({ after: reached, upTo, batch })
    reached = upTo
    entriesKept += batch.entries.length
    forget()
  }

  const pull = async (): Promise<void> => {
    if (isPulling) return
    isPulling = true
    try {
      const { done, value } = await subscription.batches.next()
      if (done) isOver = true
      else keep(value)
    } catch {
      // Each reader follows the log on its own again and gets the error there.
      isOver = true
    }
    isPulling = false
    for (const wake of [...waiting]) wake()
  }

  const pulled = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      signal.addEventListener('abort', wake)
      void pull()
    })

  const covers = (position: bigint): boolean => !isOver && position >= (kept[0]?.after ?? reached)

  const join = (position: bigint): Reader => {
    const standing = { position }
    standings.add(standing)
    return {
      position: () => standing.position,
      next: async (signal) => {
        while (!signal.aborted && covers(standing.position)) {
          const found = jointAfter(kept, standing.position)
          if (found) {
            standing.position = found.upTo
            return found.batch
          }
          await pulled(signal)
        }
        return undefined
      },
      leave: async () => {
        standings.delete(standing)
        if (standings.size > 0) return
        isOver = true
        await end(subscription)
      },
    }
  }

  return { covers, join }
}

/** A reader that has reached the end of the log. `isOwn`: its own subscription became the shared one. */
type CaughtUp = { readonly reader: Reader; readonly isOwn: boolean }

async function* goOn({ reader }: CaughtUp, signal: AbortSignal): AsyncGenerator<FollowedBatch, bigint> {
  try {
    for (;;) {
      const batch = await reader.next(signal)
      if (batch === undefined) return reader.position()
      yield batch
    }
  } finally {
    await reader.leave()
  }
}

/** Like `follow`, but any number of readers at once share one live subscription. */
export const shareFollow = (follow: Follow, kept: Kept = keptUnlessGiven): Follow => {
  let shared: Shared | undefined

  /** Joins the shared subscription, or shares this reader's own one if there is none. */
  const join = (position: bigint, own: Subscription): CaughtUp => {
    const isOwn = shared === undefined || !shared.covers(position)
    const all = shared === undefined || isOwn ? share(own, position, kept) : shared
    shared = all
    return { reader: all.join(position), isOwn }
  }

  async function* catchUp(
    after: bigint | 'start',
    signal: AbortSignal,
  ): AsyncGenerator<FollowedBatch, CaughtUp | undefined> {
    const controller = new AbortController()
    const own = { batches: follow(after, controller.signal), controller }
    const stop = (): void => controller.abort()
    signal.addEventListener('abort', stop)
    let position = after
    let caughtUp: CaughtUp | undefined
    try {
      while (caughtUp === undefined) {
        const { done, value } = await own.batches.next()
        if (done) return undefined
        position = value.position ?? position
        yield value
        if (value.live && position !== 'start') caughtUp = join(position, own)
      }
      return caughtUp
    } finally {
      signal.removeEventListener('abort', stop)
      if (!caughtUp?.isOwn) await end(own)
    }
  }

  return async function* (after, signal) {
    let position = after
    while (!signal.aborted) {
      const caughtUp = yield* catchUp(position, signal)
      if (caughtUp === undefined) return
      position = yield* goOn(caughtUp, signal)
    }
  }
}

/** Follows only the streams with this prefix. The positions of batches still advance over all streams. */
export const onlyStreams = (follow: Follow, prefix: string): Follow =>
  async function* (after, signal) {
    for await (const batch of follow(after, signal))
      yield { ...batch, entries: batch.entries.filter(({ stream }) => stream.startsWith(prefix)) }
  }
