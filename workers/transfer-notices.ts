import type { ObjectNotice } from '#commands/payment-notice.ts'
import type { NoticePorts } from '#commands/record-payment-notice.ts'
import { tellTransfer } from '#commands/record-transfer.ts'
import type { Transfers } from '#commands/transfers.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import { eachBounded } from './each.ts'
import { createPatience } from './patience.ts'
import type { Worker } from './worker.ts'

// A transfer is stored before its order is told. Usually the API tells it at once; what a process that died, or a log that
// did not answer, left untold is told here, after ever longer waits and until it is. Telling it twice changes nothing.

export type TransferNoticesPorts = {
  readonly lease: Lease
  readonly transfers: Transfers
  readonly ports: NoticePorts
  readonly monotonic: () => number
  readonly signal: AbortSignal
}

const actor = 'system:transfers'
const idleMilliseconds = 2_000
const noticesMax = 100
const noticesAtOnce = 4
/** The first is longer than the API takes to tell what was just recorded. */
const waits = { firstMilliseconds: 5_000, millisecondsMax: 600_000 }

export const createTransferNotices = (options: TransferNoticesPorts): Worker => {
  const { lease, transfers, ports, monotonic, signal } = options
  const patience = createPatience(waits)
  /** Seen untold one look ago: what was recorded just now is still its API's to tell. */
  let seen: ReadonlySet<string> = new Set()

  const tell = async (notice: ObjectNotice): Promise<void> => {
    try {
      const origin = { commandId: derivedId('transfer', notice.eventId), actor }
      await tellTransfer(notice, origin, { ...ports, transfers })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      ports.warn(`the transfer for ${notice.providerObjectId} cannot be told to its order: ${reason}`)
    }
  }

  return {
    name: 'transfers',
    idleMilliseconds,
    step: async () => {
      if ((await lease.hold()) === undefined) return 'idle'
      const now = monotonic()
      const untold = await transfers.untold(noticesMax + patience.waiting(now))
      const due = untold.filter(({ eventId }) => seen.has(eventId) && patience.mayTry(eventId, now))
      seen = new Set(untold.map(({ eventId }) => eventId))
      await eachBounded(due.slice(0, noticesMax), { atOnce: noticesAtOnce, signal }, async (notice) => {
        patience.tried(notice.eventId, undefined, now)
        await tell(notice)
      })
      return 'idle'
    },
    close: () => lease.release(),
  }
}
