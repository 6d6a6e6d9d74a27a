import type { NoticePorts } from '#commands/record-payment-notice.ts'
import { retryNotice } from '#commands/retry-notice.ts'
import { noticeAttentionMilliseconds } from '#domain/provider/notice.ts'
import { type Instant, instantText } from '#domain/values/instant.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import type { NoticeRow } from '#projections/notices/table.ts'
import { eachBounded } from './each.ts'
import { createPatience } from './patience.ts'
import type { Worker } from './worker.ts'

// Webhooks that were kept because their order was not known are tried again, after ever longer waits, and never given up:
// an order can still come back from a backup. What waited in vain for an hour is said at error level each time, and listed
// for people. Which wait is read from the read model; each one's own stream decides, so two workers at once do no harm.

export type NoticesPorts = {
  readonly lease: Lease
  /** Notices that still wait, received at `until` or before, the longest waiting first. */
  readonly waiting: (query: { readonly until: Instant; readonly limit: number }) => Promise<readonly NoticeRow[]>
  readonly notices: NoticePorts
  readonly monotonic: () => number
  /** Something that needs a person, in one line. */
  readonly alarm: (line: string) => void
  readonly signal: AbortSignal
}

const actor = 'system:notices'
const idleMilliseconds = 2_000
const noticesMax = 100
const noticesAtOnce = 4
const waits = { firstMilliseconds: 5_000, millisecondsMax: 1_800_000 }

export const createNotices = ({ lease, waiting, notices, monotonic, alarm, signal }: NoticesPorts): Worker => {
  const patience = createPatience(waits)

  const tryAgain = async (kept: NoticeRow, at: Instant): Promise<void> => {
    const { provider_event_id: providerEventId, event_type: eventType, provider_object_id: providerObjectId } = kept
    const notice = { provider: kept.provider, providerEventId, eventType, providerObjectId, kind: kept.kind }
    const name = `${eventType} (${providerEventId}) of ${providerObjectId}`
    try {
      if ((await retryNotice(notice, actor, notices)) === 'applied') return
    } catch (error) {
      notices.warn(`${name} cannot be tried: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (at >= kept.received_at + noticeAttentionMilliseconds)
      alarm(`${name} has waited for its order since ${instantText(kept.received_at)}`)
  }

  return {
    name: 'notices',
    idleMilliseconds,
    step: async () => {
      if ((await lease.hold()) === undefined) return 'idle'
      const at = notices.logTime.now()
      if (at === undefined) return 'idle'
      const now = monotonic()
      // Those that are being waited for must not hide the others.
      const found = await waiting({ until: at, limit: noticesMax + patience.waiting(now) })
      const due = found.filter((kept) => patience.mayTry(kept.provider_event_id, now)).slice(0, noticesMax)
      await eachBounded(due, { atOnce: noticesAtOnce, signal }, async (kept) => {
        patience.tried(kept.provider_event_id, undefined, now)
        await tryAgain(kept, at)
      })
      return 'idle'
    },
    close: () => lease.release(),
  }
}
