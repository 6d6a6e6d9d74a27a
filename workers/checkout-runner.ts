import type { LogTime } from '#commands/ports.ts'
import { ownedSeconds } from '#domain/checkout/ownership.ts'
import { streamKeyOf } from '#domain/streams.ts'
import { secondsAfter } from '#domain/values/instant.ts'
import type { Follow, FollowedBatch } from '#platform/eventstore/follow-log.ts'
import type { HeldLeases, LeaseGroup } from '#platform/postgres/lease-group.ts'
import { partitionOf } from './checkout-partitions.ts'
import type { DriveOrder } from './drive-order.ts'
import { eachBounded } from './each.ts'
import type { Wait } from './log-tail.ts'
import { createPartitionedTail } from './partitioned-tail.ts'
import type { Worker } from './worker.ts'

// Follows the order streams and drives every order that has new events, so that no order depends on the process that began
// it. An event of the last ten seconds still belongs to the process that appended it; the sweep or a wake-up looks at such
// an order later. The workers share the orders by partitions, each with its lease and position. Two workers can drive the
// same order for a moment without harm, because every effect can be run twice, and only the holder of the lease can store
// the position.

export type CheckoutRunnerPorts = {
  /** One lease for each of `checkoutPartitions`. */
  readonly leases: LeaseGroup
  /** The events of orders. */
  readonly follow: Follow
  readonly wait: Wait
  readonly drive: DriveOrder
  readonly logTime: LogTime
  readonly monotonic: () => number
  /** Aborted on shutdown: no further order is begun. */
  readonly signal: AbortSignal
}

const batchMilliseconds = 1_000
/** Orders driven at the same time. Each makes one call to the provider at a time. */
const ordersAtOnce = 16
/** Live events are gathered for this time, because a step costs more than an event and none of them is due yet. */
const gatherMilliseconds = 50
/** Poll interval of a worker that has no partition. */
const idleMilliseconds = 1_000
/** How often positions are stored. A worker that takes over a partition handles the events since then again. */
const storeMilliseconds = 1_000

export const createCheckoutRunner = (ports: CheckoutRunnerPorts): Worker => {
  const { leases, follow, wait, drive, logTime, monotonic, signal } = ports
  const tail = createPartitionedTail({ follow, wait, partitionOf })
  let storedAt = monotonic()

  /**
   * Whether the ten seconds of the event's process are over. Unknown for an event that cannot be decoded: then its order is
   * driven.
   */
  const isUnowned = (entry: FollowedBatch['entries'][number]): boolean => {
    const now = logTime.now()
    return 'problem' in entry || now === undefined || now >= secondsAfter(entry.data.at, ownedSeconds)
  }

  const driveAll = async (entries: FollowedBatch['entries'], held: HeldLeases): Promise<void> => {
    const streams = new Set(entries.filter(isUnowned).map(({ stream }) => stream))
    await eachBounded([...streams], { atOnce: ordersAtOnce, signal }, async (stream) => {
      // Orders can take longer than a lease lasts. It is renewed between them, and orders of a lost partition are left out.
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
        // Events after the stored positions are followed again.
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
