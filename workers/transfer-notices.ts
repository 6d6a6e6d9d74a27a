import type { ObjectNotice } from '#commands/payment-notice.ts'
import type { NoticePorts } from '#commands/record-payment-notice.ts'
import { reportTransfer } from '#commands/record-transfer.ts'
import type { Transfers } from '#commands/transfers.ts'
import { errorText } from '#domain/error-text.ts'
import { derivedId } from '#domain/values/ids.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import { createBackoff } from './backoff.ts'
import { eachBounded } from './each.ts'
import type { Worker } from './worker.ts'

// A transfer is stored before it is reported to its order. Usually the API reports it at once. This worker reports
// transfers that are left, because a process died or the log did not answer. It retries with backoff, without an end.
// Reporting a transfer twice changes nothing.

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
/** The first wait is longer than an API needs to report a transfer. */
const waits = { firstMilliseconds: 5_000, millisecondsMax: 600_000 }

export const createTransferNotices = (options: TransferNoticesPorts): Worker => {
  const { lease, transfers, ports, monotonic, signal } = options
  const backoff = createBackoff(waits)
  /** Unreported at the step before. A transfer recorded since then is left to its API for now. */
  let seen: ReadonlySet<string> = new Set()

  const report = async (notice: ObjectNotice): Promise<void> => {
    try {
      const origin = { commandId: derivedId('transfer', notice.eventId), actor }
      await reportTransfer(notice, origin, { ...ports, transfers })
    } catch (error) {
      ports.warn(`the transfer for ${notice.providerObjectId} cannot be reported to its order: ${errorText(error)}`)
    }
  }

  return {
    name: 'transfers',
    idleMilliseconds,
    step: async () => {
      if ((await lease.hold()) === undefined) return 'idle'
      const now = monotonic()
      const unreported = await transfers.unreported(noticesMax + backoff.waiting(now))
      const due = unreported.filter(({ eventId }) => seen.has(eventId) && backoff.mayTry(eventId, now))
      seen = new Set(unreported.map(({ eventId }) => eventId))
      await eachBounded(due.slice(0, noticesMax), { atOnce: noticesAtOnce, signal }, async (notice) => {
        backoff.tried(notice.eventId, undefined, now)
        await report(notice)
      })
      return 'idle'
    },
    close: () => lease.release(),
  }
}
