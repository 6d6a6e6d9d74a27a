import type { LogTime } from '#commands/ports.ts'
import { ownedSeconds } from '#domain/checkout/ownership.ts'
import { streamKeyOf } from '#domain/streams.ts'
import { secondsAfter } from '#domain/values/instant.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import type { DriveOrder } from './drive-order.ts'
import { eachBounded } from './each.ts'
import { createLogTail, type Follow, type TailBatch, type Wait } from './log-tail.ts'
import type { Worker } from './worker.ts'

// Drives every order that something happened to, so that none depends on the process that began it. What happened just
// now is still owned by whoever appended it: the order's own time to look again brings the sweep, or a wake-up.
// One worker at a time, by lease; where two overlap nothing breaks, because every effect may be run twice.

export type CheckoutRunnerPorts = {
  readonly lease: Lease
  /** The events of orders. */
  readonly follow: Follow
  readonly wait: Wait
  readonly drive: DriveOrder
  readonly logTime: LogTime
  /** Stopping: orders that were not begun are left to whoever comes after. */
  readonly signal: AbortSignal
}

const batchMilliseconds = 1_000
/** Orders driven at the same time; each asks the provider for one thing at a time. */
const ordersAtOnce = 16
/** Who does not hold the lease looks again after this time. */
const idleMilliseconds = 1_000

export const createCheckoutRunner = ({ lease, follow, wait, drive, logTime, signal }: CheckoutRunnerPorts): Worker => {
  const tail = createLogTail(follow, wait)
  /** Long enough ago that its process had its time to go on. An event that cannot be read says nothing of that. */
  const isNobodys = (entry: TailBatch['entries'][number]): boolean => {
    const now = logTime.now()
    return 'problem' in entry || now === undefined || now >= secondsAfter(entry.data.at, ownedSeconds)
  }
  let followedUnder: number | undefined

  const step = async (): Promise<'worked' | 'idle'> => {
    const held = await lease.hold()
    if (held === undefined) {
      await tail.close()
      return 'idle'
    }
    if (!tail.isOpen() || held.token !== followedUnder) {
      tail.open(held.position ?? 'start')
      followedUnder = held.token
    }
    const batch = await tail.next(batchMilliseconds)
    if (batch === undefined) return 'worked'
    const orderIds = new Set(batch.entries.filter(isNobodys).map(({ stream }) => streamKeyOf(stream)))
    await eachBounded([...orderIds], { atOnce: ordersAtOnce, signal }, async (orderId) => {
      await drive(orderId)
    })
    if (signal.aborted) return 'idle'
    const position = batch.entries.at(-1)?.position
    if (position !== undefined && !(await lease.advance(held, position))) await tail.close()
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
      await tail.close()
      await lease.release()
    },
  }
}
