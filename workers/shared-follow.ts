import type { Follow, TailBatch } from './log-tail.ts'

// One live subscription for several readers of this process: what is written comes over the wire, and is decoded, once. Each
// reader first catches up on a subscription of its own. The first to reach the end of the log leaves its own to all; who comes
// there later goes on from the batches kept since. A batch is taken from the log as soon as any reader asks for more, and a
// bounded number is kept: a reader that falls further behind catches up on its own again, so none waits for another.

/** How many entries are kept that the fastest reader has had. */
export type Kept = {
  /** For a reader that is behind: some seconds of a rush. */
  readonly forReaders: number
  /** Also where every reader has had them, for one that comes to the end of the log on its own: less than a second of a rush. */
  readonly forJoining: number
}

const keptUnlessGiven: Kept = { forReaders: 20_000, forJoining: 2_000 }
/** A reader gets what is kept for it at once, up to about so many entries: a step of it costs more than an entry. */
const entriesAtOnce = 2_000

/** A subscription of our own: it ends by its controller. */
type Subscription = { readonly batches: AsyncGenerator<TailBatch>; readonly controller: AbortController }

/** `after`: where the log stood before the batch; `upTo`: where it stands with it. */
type KeptBatch = { readonly after: bigint; readonly upTo: bigint; readonly batch: TailBatch }

/** Several batches as one. */
type Joint = { readonly upTo: bigint; readonly batch: TailBatch }

type Reader = {
  /** What is kept after what it has had; undefined where it no longer is, the signal came, or the log cannot be followed. */
  readonly next: (signal: AbortSignal) => Promise<TailBatch | undefined>
  /** What the reader has had so far. */
  readonly position: () => bigint
  /** The subscription ends with its last reader. */
  readonly leave: () => Promise<void>
}

type Shared = {
  /** Whether all that comes after a position is kept, or still to come. */
  readonly covers: (position: bigint) => boolean
  readonly join: (position: bigint) => Reader
}

const end = async ({ batches, controller }: Subscription): Promise<void> => {
  controller.abort()
  await batches.return(undefined)
}

/** What comes after a position, out of batches in the log's order; undefined where nothing does. */
const jointAfter = (kept: readonly KeptBatch[], position: bigint): Joint | undefined => {
  // Most readers are near the end.
  let index = kept.length
  while (index > 0 && (kept[index - 1]?.upTo ?? 0n) > position) index -= 1
  const entries: TailBatch['entries'][number][] = []
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

  /** Whether a batch is kept for nobody any more: it would only grow old in memory. */
  const isPast = ({ upTo }: KeptBatch): boolean =>
    entriesKept > forReaders || (entriesKept > forJoining && [...standings].every(({ position }) => position >= upTo))

  const forget = (): void => {
    for (let oldest = kept[0]; oldest && kept.length > 1 && isPast(oldest); oldest = kept[0]) {
      kept.shift()
      entriesKept -= oldest.batch.entries.length
    }
  }

  const keep = (batch: TailBatch): void => {
    const upTo = batch.position ?? reached
    // Nothing new: the end of history is announced, or what was lost on the way came again.
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
      // Each reader follows the log on its own again, and is told there what is wrong.
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

/** A reader at the end of the log. */
type CaughtUp = { readonly reader: Reader; readonly isOwn: boolean }

async function* goOn({ reader }: CaughtUp, signal: AbortSignal): AsyncGenerator<TailBatch, bigint> {
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

/** Follows the log as `follow` does, for any number of readers at once. */
export const shareFollow = (follow: Follow, kept: Kept = keptUnlessGiven): Follow => {
  let shared: Shared | undefined

  /** Joins what all go on with from the end of the log: what there is, or this reader's own subscription from now on. */
  const join = (position: bigint, own: Subscription): CaughtUp => {
    const isOwn = shared === undefined || !shared.covers(position)
    const all = shared === undefined || isOwn ? share(own, position, kept) : shared
    shared = all
    return { reader: all.join(position), isOwn }
  }

  async function* catchUp(
    after: bigint | 'start',
    signal: AbortSignal,
  ): AsyncGenerator<TailBatch, CaughtUp | undefined> {
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

/** Of what is followed, the streams whose names begin so; positions go on all the same. */
export const onlyStreams = (follow: Follow, prefix: string): Follow =>
  async function* (after, signal) {
    for await (const batch of follow(after, signal))
      yield { ...batch, entries: batch.entries.filter(({ stream }) => stream.startsWith(prefix)) }
  }
