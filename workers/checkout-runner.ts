import type { LogTime } from '#commands/ports.ts'
import { ownedSeconds } from '#domain/checkout/ownership.ts'
import { streamKeyOf } from '#domain/streams.ts'
import { secondsAfter } from '#domain/values/instant.ts'
import type { HeldLeases, LeaseGroup } from '#platform/postgres/lease-group.ts'
import { partitionOf } from './checkout-partitions.ts'
import type { DriveOrder } from './drive-order.ts'
import { eachBounded } from './each.ts'
import type { Follow, TailBatch, Wait } from './log-tail.ts'
import { createPartitionedTail } from './partitioned-tail.ts'
import type { Worker } from './worker.ts'

// Drives every order that something happened to, so that none depends on the process that began it. What happened just
// now is still owned by whoever appended it: the order's own time to look again brings the sweep, or a wake-up.
// The workers share the orders by partitions, each with a lease and a position of its own. Where two overlap nothing
// breaks, because every effect may be run twice; and only who has the lease can store a position.

export type CheckoutRunnerPorts = {
  /** One lease for each of `checkoutPartitions`. */
  readonly leases: LeaseGroup
  /** The events of orders. */
  readonly follow: Follow
  readonly wait: Wait
  readonly drive: DriveOrder
  readonly logTime: LogTime
  readonly monotonic: () => number
  /** Stopping: orders that were not begun are left to whoever comes after. */
  readonly signal: AbortSignal
}

const batchMilliseconds = 1_000
/** Orders driven at the same time; each asks the provider for one thing at a time. */
const ordersAtOnce = 16
/** What is written now is not due before its process had its time, so it is gathered: a step costs more than an event. */
const gatherMilliseconds = 50
/** Who has no partition looks again after this time. */
const idleMilliseconds = 1_000
/** Positions are stored so often: whoever takes over looks again at what happened since. */
const storeMilliseconds = 1_000

export const createCheckoutRunner = (ports: CheckoutRunnerPorts): Worker => {
  const { leases, follow, wait, drive, logTime, monotonic, signal } = ports
  const tail = createPartitionedTail({ follow, wait, partitionOf })
  let storedAt = monotonic()

  /** Long enough ago that its process had its time to go on. An event that cannot be read says nothing of that. */
  const isNobodys = (entry: TailBatch['entries'][number]): boolean => {
    const now = logTime.now()
    return 'problem' in entry || now === undefined || now >= secondsAfter(entry.data.at, ownedSeconds)
  }

  const driveAll = async (entries: TailBatch['entries'], held: HeldLeases): Promise<void> => {
    const streams = new Set(entries.filter(isNobodys).map(({ stream }) => stream))
    await eachBounded([...streams], { atOnce: ordersAtOnce, signal }, async (stream) => {
      // Orders can take longer than a lease lasts. It is renewed between them, and what was lost is left to its holder.
      const partition = partitionOf(stream)
      const stillHeld = (await leases.hold()).get(partition)
      if (stillHeld?.token === held.get(partition)?.token) await drive(streamKeyOf(stream))
    })
  }

  const store = async (): Promise<void> => {
    const moves = tail.moves()
    if (moves.length > 0) tail.stored(moves, await leases.advance(moves))
    storedAt = monotonic()
  }

  const step = async (): Promise<'worked' | 'idle'> => {
    const held = await leases.hold()
    await tail.followFor(held)
    if (held.size === 0) return 'idle'
    const batch = await tail.next(batchMilliseconds)
    if (batch) await driveAll(batch.entries, held)
    if (signal.aborted) return 'idle'
    if (batch) tail.done()
    if (monotonic() >= storedAt + storeMilliseconds) await store()
    if (batch?.live) await wait(gatherMilliseconds)
    return 'worked'
  }

  return {
    name: 'checkout',
    idleMilliseconds,
    step: async () => {
      try {
        return await step()
      } catch (error) {
        // What was not stored as done is followed again.
        await tail.close()
        throw error
      }
    },
    close: async () => {
      try {
        await store()
      } finally {
        await tail.close()
        await leases.release()
      }
    },
  }
}
